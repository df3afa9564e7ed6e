/** Work that stops here and there, so that something else may be done. Nobody else may touch what it works on meanwhile. */
export type Work<T = void> = Generator<undefined, T>;

/** Does all of it at once. */
export function exhaust<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
