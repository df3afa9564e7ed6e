/** A wire to a server that can be cut, as a cable is: neither side says goodbye. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export class Wire {
  private readonly sockets = new Set<Socket>();
  private whole = true;

  private constructor(
    private readonly server: Server,
    target: number,
  ) {
    server.on('connection', (near) => {
      if (!this.whole) return void near.resetAndDestroy();
      const far = connect(target, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  /** @param target port on this machine */
  static async to(target: number): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Wire(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts what is connected. @param lasting nobody connects until {@link mend} */
  cut(lasting = false): void {
    this.whole = !lasting;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.whole = true;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
