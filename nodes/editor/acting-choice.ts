/**
 * A choice that does something at once, such as adding what is chosen: the arrows and letters open it, as a click does.
 * Browsers would take the next entry at each key, and who uses the keyboard would get no further than to the first.
 */
export function opensByKey(select: HTMLSelectElement): void {
  // older browsers cannot open it for us: there the first entry is better than none
  if (!('showPicker' in select)) return;
  select.addEventListener('keydown', (event) => {
    // the keys that browsers choose with; a blank opens it anyway
    const { altKey, ctrlKey, metaKey, key } = event;
    if (altKey || ctrlKey || metaKey || !/^(?:Arrow.+|Page.+|Home|End|[^ ])$/.test(key)) return;
    try {
      select.showPicker();
    } catch {
      // not in a frame of another page
      return;
    }
    event.preventDefault();
  });
}
