/** Commands over MQTT. */
import { formatDuration } from '../ecdm/duration';
import { BrokerError, type BrokerPort } from '../runtime/broker-port';
import type { Order } from './order';
import type { Sent, Transport } from './outbox-parts';
import { SendError } from './send-error';
import type { ActuatorSettings } from './settings';

export class MqttTransport implements Transport {
  readonly ask?: Transport['ask'];

  constructor(
    private readonly port: BrokerPort,
    private readonly settings: Pick<ActuatorSettings, 'qos' | 'retain' | 'within' | 'askAt'>,
  ) {
    if (settings.askAt !== '') this.ask = (order) => this.askAfter(order);
  }

  ready(): boolean {
    return this.port.state === 'connected';
  }

  async send(order: Order, handedOver: () => void): Promise<Sent> {
    const { qos, retain, within } = this.settings;
    const expires = Math.max(1, order.validUntil - Date.now());
    // a broker acknowledges nothing at QoS 0, and a command may ask for more than the node does
    const level = order.level !== 'sent' && qos === 0 ? 1 : qos;
    try {
      const publishing = this.port.publish(order.address, order.body, { qos: level, retain, timeout: within, expires });
      if (this.ready()) handedOver();
      await publishing;
      return {};
    } catch (thrown) {
      if (!(thrown instanceof BrokerError)) throw thrown;
      if (thrown.code === 'timeout') throw new SendError('timeout', { time: formatDuration(within) }, 'maybe');
      if (thrown.code === 'refused') throw new SendError('refused', { reason: thrown.message });
      throw new SendError(thrown.code === 'closed' ? 'closed' : 'notConnected');
    }
  }

  /** The answer comes on the answer topic, if at all. */
  private async askAfter({ askAt = '', commandId }: Order): Promise<undefined> {
    if (askAt === '') return;
    const { within } = this.settings;
    await this.port.publish(askAt, JSON.stringify({ commandId }), { qos: 1, retain: false, timeout: within });
  }
}
