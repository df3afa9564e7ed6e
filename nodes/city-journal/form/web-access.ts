/** The part of the form that says who may read the journal through the web, and makes tokens. */
import type { translator } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';
import { ROLES, ROOT } from '../rest/names';
import type { Token } from '../rest/tokens';

type Texts = ReturnType<typeof translator>;

const byId = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

export class WebAccess {
  readonly tokens: Token[];
  private readonly zones = knownZones();

  constructor(
    private readonly t: Texts,
    saved: unknown,
  ) {
    this.tokens = Array.isArray(saved) ? structuredClone(saved as Token[]) : [];
    const open = byId<HTMLInputElement>('node-config-input-rest');
    const name = byId<HTMLInputElement>('node-config-input-restName');
    const show = (): void => {
      byId('city-journal-web').hidden = !open.checked;
      const address = `${location.origin}${ROOT}/${name.value.trim() || 'api'}/v1`;
      byId('city-journal-address').textContent = t('hint.address', { address });
    };
    open.addEventListener('change', show);
    name.addEventListener('input', show);
    show();
    const isLocal = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
    byId('city-journal-plain').hidden = location.protocol === 'https:' || isLocal;
    fillSelect(
      byId('city-journal-token-role'),
      ROLES.map((role) => [role, t(`role.${role}`)] as const),
      'viewer',
    );
    fillSelect(byId('city-journal-token-zones'), [...this.zones], '');
    byId('city-journal-token-make').addEventListener('click', () => this.make());
    byId('city-journal-token-copy').addEventListener('click', () => this.copy());
    this.list();
  }

  private list(): void {
    const items = this.tokens.map((token) => {
      const zones = token.zones?.map((id) => this.zones.get(id) ?? id).join(', ');
      const said = this.t(zones === undefined ? 'said.token' : 'said.tokenZones', {
        name: token.name, role: this.t(`role.${token.role}`), zones,
      }); // prettier-ignore
      const withdraw = make(
        'button',
        { type: 'button', class: 'red-ui-button red-ui-button-small' },
        this.t('button.withdraw'),
      );
      withdraw.setAttribute('aria-label', this.t('label.withdraw', { name: token.name }));
      withdraw.addEventListener('click', () => {
        this.tokens.splice(this.tokens.indexOf(token), 1);
        this.list();
        this.say(this.t('said.withdrawn', { name: token.name }));
        byId('city-journal-token-name').focus();
      });
      return make('li', {}, make('span', {}, said), ' ', withdraw);
    });
    byId('city-journal-tokens').replaceChildren(
      ...(items.length > 0 ? items : [make('li', {}, this.t('said.noTokens'))]),
    );
  }

  private make(): void {
    const field = byId<HTMLInputElement>('city-journal-token-name');
    const name = field.value.trim();
    if (name === '') {
      this.say(this.t('said.nameFirst'));
      field.focus();
      return;
    }
    $.ajax({
      url: 'city-events/city-journal/token',
      type: 'POST',
      contentType: 'application/json',
      data: '{}',
      success: (answer: unknown) => this.made(name, answer as { token: string; hash: string }),
      error: (request: { status: number }) => {
        const denied = request.status === 401 || request.status === 403;
        this.say(denied ? this.t('said.denied') : `HTTP ${request.status}`);
      },
    });
  }

  private made(name: string, { token, hash }: { token: string; hash: string }): void {
    const role = byId<HTMLSelectElement>('city-journal-token-role').value as Token['role'];
    const zones = [...byId<HTMLSelectElement>('city-journal-token-zones').selectedOptions].map(({ value }) => value);
    this.tokens.push(zones.length === 0 ? { name, role, hash } : { name, role, zones, hash });
    byId<HTMLInputElement>('city-journal-token-name').value = '';
    this.list();
    byId('city-journal-token-made').hidden = false;
    const shown = byId<HTMLInputElement>('city-journal-token');
    shown.value = token;
    shown.focus();
    shown.select();
    this.say(this.t('said.made', { name }));
  }

  private copy(): void {
    const shown = byId<HTMLInputElement>('city-journal-token');
    shown.select();
    // the clipboard is only there with https; what is selected can be copied by hand anywhere
    void (navigator.clipboard?.writeText(shown.value) ?? Promise.reject(new Error()))
      .then(() => this.say(this.t('said.copiedToken')))
      .catch(() => this.say(this.t('said.copyByHand')));
  }

  private say(text: string): void {
    byId('city-journal-token-said').textContent = text;
  }
}

/** The zones of all lists of zones that there are, by id. */
function knownZones(): Map<string, string> {
  const found = new Map<string, string>();
  RED.nodes.eachConfig((node: { type: string; zones?: unknown }) => {
    if (node.type !== 'city-zones' || !Array.isArray(node.zones)) return true;
    for (const { id, name } of node.zones as { id?: unknown; name?: unknown }[])
      if (typeof id === 'string') found.set(id, typeof name === 'string' && name !== '' ? name : id);
    return true;
  });
  return found;
}
