/** Keeps the keyboard in a form when what it was at is removed, hidden or disabled: browsers would let it fall to the page. */

const USABLE = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]';

const usableIn = (form: Element): HTMLElement[] => [...form.querySelectorAll<HTMLElement>(USABLE)];
const isSeen = (element: Element): boolean => element.getClientRects().length > 0;

export function keepFocus(form: HTMLElement): void {
  let at: HTMLElement | undefined;
  /** How many controls stood before it when it was last used. */
  let place = 0;
  const remember = (): void => {
    const now = document.activeElement as HTMLElement | null;
    if (now === null || !form.contains(now)) return;
    at = now;
    place = Math.max(0, usableIn(form).indexOf(now));
  };
  // what is not in the page is not seen either
  const isUsable = (element: HTMLElement): boolean => isSeen(element) && !element.matches(':disabled');
  const check = (): void => {
    const now = document.activeElement;
    if (at === undefined || isUsable(at) || (now !== null && now !== document.body && now !== at)) return;
    // what stands in its place now, or else what is before it
    const all = usableIn(form);
    at = undefined;
    (all.slice(place).find(isSeen) ?? all.slice(0, place).findLast(isSeen))?.focus({ preventScroll: true });
  };
  form.addEventListener('focusin', remember);
  for (const kind of ['keydown', 'pointerdown']) form.addEventListener(kind, remember, true);
  form.addEventListener('focusout', ({ relatedTarget }) => {
    const left = at;
    // who goes elsewhere, or nowhere, wants to; what is being removed is still there now
    if (relatedTarget !== null) at = undefined;
    else setTimeout(() => at === left && left !== undefined && isUsable(left) && (at = undefined));
  });
  new MutationObserver(() => {
    if (at !== undefined) requestAnimationFrame(check);
  }).observe(form, { subtree: true, childList: true, attributeFilter: ['disabled', 'hidden', 'style', 'open'] });
}
