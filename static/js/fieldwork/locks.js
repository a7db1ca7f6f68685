/** One page at a time. Where the browser has no locks, two may work at once, which loses nothing. */

const ALONE = { locked: true };

/**
 * Run `work` once no other page runs under this name, or after `patience` milliseconds in any case:
 * the other page may hang. Then that page's own call rejects with an AbortError.
 */
export async function inTurn(name, work, patience) {
  if (!navigator.locks) return work(ALONE);
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), patience);
  let hasBegun = false;
  const begin = (lock) => {
    hasBegun = true;
    clearTimeout(timer);
    return work(lock);
  };
  try {
    return await navigator.locks.request(name, { signal: waiting.signal }, begin);
  } catch (error) {
    if (hasBegun || !waiting.signal.aborted) throw error;
    return navigator.locks.request(name, { steal: true }, work);
  }
}

/** Run `work` if no other page runs under this name; return whether it ran. */
export async function ifFree(name, work) {
  const run = async (lock) => {
    if (lock) await work();
    return Boolean(lock);
  };
  return navigator.locks ? navigator.locks.request(name, { ifAvailable: true }, run) : run(ALONE);
}
