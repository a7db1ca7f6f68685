/** One page at a time. Where the browser has no locks, two may work at once, which loses nothing. */

const ALONE = { locked: true };

/** Run `work` once no other page runs under this name. */
export function inTurn(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work(ALONE);
}

/** Run `work` if no other page runs under this name; return whether it ran. */
export async function ifFree(name, work) {
  const run = async (lock) => {
    if (lock) await work();
    return Boolean(lock);
  };
  return navigator.locks ? navigator.locks.request(name, { ifAvailable: true }, run) : run(ALONE);
}
