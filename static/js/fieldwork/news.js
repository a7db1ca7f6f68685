/** Tells this page, and the other pages of the same person in this browser, that something changed. */

/**
 * One channel of a person: "changed" {case, saved, removed}, "kept" {case}, "signed-out" {}; and, for
 * this page only, "sending", "answered" {case, answer} and "refreshed" {isWaiting}. `saved` are ids of changes that
 * the server took, `removed` names of items whose change the person removed.
 */
export class News extends EventTarget {
  #channel = null;

  constructor(user) {
    super();
    if (!("BroadcastChannel" in window)) return;
    this.#channel = new BroadcastChannel(`fieldwork-${user}`);
    this.#channel.onmessage = ({ data }) => this.#dispatch(data.type, { ...data.detail, elsewhere: true });
  }

  /** Tell all pages, this one too. */
  tell(type, detail = {}) {
    this.#dispatch(type, detail);
    this.#channel?.postMessage({ type, detail });
  }

  /** Tell this page only. */
  tellHere(type, detail = {}) {
    this.#dispatch(type, detail);
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
