/** Keeps the keyboard in a form when what it was at is removed, hidden or disabled: browsers would let it fall to the page. */

const USABLE =
  'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]:not([role="tabpanel"])';

const usableIn = (form: Element): HTMLElement[] => [...form.querySelectorAll<HTMLElement>(USABLE)];
const isSeen = (element: Element): boolean => element.getClientRects().length > 0;

export function keepFocus(form: HTMLElement): void {
  let at: HTMLElement | undefined;
  /** How many controls stood before it when it was last used. */
  let place = 0;
  const remember = (): void => {
    const now = document.activeElement;
    if (!(now instanceof HTMLElement) || !form.contains(now)) return;
    at = now;
    place = usableIn(form).indexOf(now);
  };
  const isUsable = (element: HTMLElement): boolean =>
    form.contains(element) && isSeen(element) && !element.matches(':disabled');
  const check = (): void => {
    const now = document.activeElement;
    if (at === undefined || isUsable(at) || (now !== null && now !== document.body && now !== at)) return;
    // what stands in its place now, or else what is before it
    const all = usableIn(form);
    const next = all.slice(Math.max(place, 0)).find(isSeen) ?? all.slice(0, Math.max(place, 0)).findLast(isSeen);
    at = undefined;
    next?.focus({ preventScroll: true });
  };
  form.addEventListener('focusin', remember);
  for (const kind of ['keydown', 'pointerdown']) form.addEventListener(kind, remember, true);
  form.addEventListener('focusout', ({ relatedTarget }) => {
    // who goes elsewhere, or nowhere, wants to
    if (relatedTarget !== null || (at !== undefined && isUsable(at))) at = undefined;
  });
  new MutationObserver(() => {
    if (at !== undefined) requestAnimationFrame(check);
  }).observe(form, { subtree: true, childList: true, attributeFilter: ['disabled', 'hidden', 'style', 'open'] });
}
