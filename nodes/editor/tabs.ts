/** Tabs inside a form: by mouse and by keyboard, and for people who hear the form. */
import { make } from './zones/dom';

export interface Tab {
  /** Short name, part of ids. */
  id: string;
  label: string;
  panel: HTMLElement;
  /** Called when the tab is about to be shown; `false` keeps the tab that is open. */
  enter?: () => boolean | void;
  /** Called when another tab is about to be shown; `false` keeps this one open. */
  leave?: (to: string) => boolean | void;
}

/**
 * Fills a bar with tabs and shows the first one.
 * @param bar an empty element; it becomes the list of tabs
 * @returns opens a tab by its id, whatever the open one says
 */
export function showTabs(bar: HTMLElement, label: string, tabs: readonly Tab[]): (id: string) => void {
  let open = tabs[0]!;
  const buttons = new Map<Tab, HTMLButtonElement>();
  const show = (tab: Tab): void => {
    open = tab;
    for (const [one, button] of buttons) {
      button.setAttribute('aria-selected', String(one === tab));
      button.tabIndex = one === tab ? 0 : -1;
      one.panel.hidden = one !== tab;
    }
  };
  const go = (tab: Tab): void => {
    if (tab === open || open.leave?.(tab.id) === false || tab.enter?.() === false) return;
    show(tab);
  };
  const onKey = (event: KeyboardEvent): void => {
    const at = tabs.indexOf(open);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(tabs[(to + tabs.length) % tabs.length]!);
    buttons.get(open)!.focus();
  };
  for (const tab of tabs) {
    const id = `${bar.id}-${tab.id}`;
    const button = make(
      'button',
      { type: 'button', role: 'tab', id, class: 'city-tab', 'aria-controls': tab.panel.id },
      tab.label,
    );
    button.addEventListener('click', () => go(tab));
    button.addEventListener('keydown', onKey);
    tab.panel.setAttribute('role', 'tabpanel');
    tab.panel.setAttribute('aria-labelledby', id);
    buttons.set(tab, button);
  }
  bar.setAttribute('role', 'tablist');
  bar.setAttribute('aria-label', label);
  bar.replaceChildren(...buttons.values());
  show(open);
  return (id) => {
    const tab = tabs.find((one) => one.id === id);
    if (tab === undefined) return;
    tab.enter?.();
    show(tab);
  };
}
