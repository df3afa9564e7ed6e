/** Buttons that are at work: they cannot be pressed, but keep the keyboard. One that is disabled would drop it. */

export function pause(button: HTMLButtonElement, on: boolean): void {
  if (on) button.setAttribute('aria-disabled', 'true');
  else button.removeAttribute('aria-disabled');
}

/** @param act what a press does, while the button is not at work */
export function onPress(button: HTMLButtonElement, act: () => void): void {
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') act();
  });
}
