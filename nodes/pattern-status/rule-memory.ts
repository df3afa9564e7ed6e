/** What a running rule knows over a restart and a deploy: taken over at the start, written down while it runs and at its end. */
import type { Realms } from '../ecdm/realms';
import type { Status } from '../ecdm/status';
import { asError, guard } from '../runtime/input';
import { LineStore } from '../runtime/line-store';
import type { RuntimeApi, RuntimeNode } from '../runtime/node-red';
import type { Restored } from './cep/restoring';
import { Keeper } from './keeper';
import type { Outlet } from './outlet';
import { SaveSoon } from './save-soon';
import type { HandedWorld, World } from './world';

/** How often what changed is written down. */
const SAVE = 10_000;

export class RuleMemory {
  /** The rule has heard nothing before, or means something else now. */
  isNew = false;
  private readonly keeper: Keeper;
  private readonly soon: SaveSoon;
  private timer: NodeJS.Timeout | undefined;

  /** @param outlet its way out: what was written with what it has taken needs not be sent to it again */
  constructor(
    private readonly RED: Pick<RuntimeApi, '_' | 'settings'>,
    private readonly node: RuntimeNode,
    private readonly worlds: Realms<World, HandedWorld>,
    private readonly outlet: Outlet,
  ) {
    this.keeper = new Keeper(new LineStore(RED.settings.userDir, node.id), (trouble) => {
      if (trouble === undefined) node.warn(RED._('error.savedAgain'));
      else node.error(RED._('error.notSaved', { reason: trouble.message }));
    });
    this.soon = new SaveSoon(() => this.save().catch((thrown: unknown) => node.error(asError(thrown))), SAVE);
  }

  /** What the rule knows of a realm is about to change; only of the city itself is anything written down. */
  changes(world: World | undefined): void {
    if (world === this.worlds.real) this.keeper.changed = true;
  }

  told(statuses: readonly Status[], world: World): void {
    if (world === this.worlds.real) this.soon.told(statuses);
  }

  /** Takes over what was kept; what cannot be taken over must not stop the flow. Never rejects. */
  async restore(): Promise<void> {
    try {
      await this.takeOver();
    } catch (thrown) {
      this.worlds.real.startOver();
      this.node.error(asError(thrown));
    }
  }

  private async takeOver(): Promise<void> {
    const { worlds } = this;
    const { real } = worlds;
    const { id } = real.engine.definition;
    const restored = await this.keeper.restore(real.engine, Date.now(), (line) => real.recall(line, id));
    const areNew = [...worlds].every(([realm, world]) => realm === 'real' || world.isNew);
    // one of which a simulation or a replay goes on has heard of what is open, too
    this.isNew = restored === undefined ? areNew : restored.kept !== 'all';
    if (restored === undefined) return;
    if (restored.kept === 'nothing') real.startOver();
    this.tell(restored);
  }

  /** What a restart took over, where that is not everything. */
  private tell(restored: Restored): void {
    const { RED, node } = this;
    if (restored.kept === 'nothing') node.warn(RED._(`restore.${restored.because}`));
    if (restored.kept !== 'open') return;
    const { because, open } = restored;
    if (because === 'program') {
      node.warn(RED._('restore.program', { open }));
      return;
    }
    const what = RED._(`restore.part.${because}`);
    node.warn(RED._(because === 'per' ? 'restore.elsewhere' : 'restore.rule', { what, open }));
  }

  /** From now on it is written now and then. */
  keep(): void {
    this.timer = setInterval(
      guard(this.node, () => this.save()),
      SAVE,
    );
  }

  private async save(): Promise<void> {
    const { keeper, outlet } = this;
    if (keeper.isWriting) return;
    const saved = outlet.saving();
    if (await keeper.save(this.worlds.real.engine)) saved();
  }

  /** Nothing is written any more but by {@link close}. */
  stop(): void {
    this.soon.close();
    clearInterval(this.timer);
  }

  /** Writes it down for the last time, or does away with it. */
  async close(removed: boolean): Promise<void> {
    const saved = this.outlet.saving();
    if (await this.keeper.close(this.worlds.real.engine, removed)) saved();
  }
}
