/** Whether the MQTT connection of a server can be made: tried once, and closed again. */
import type { Connection } from './connection';
import type { MqttListener, MqttState } from './mqtt';

/** Longest wait for the connection, in milliseconds. */
const LONGEST = 10_000;

export interface MqttAnswer {
  /** Empty where the server offers none. */
  url: string;
  connected: boolean;
  /** Why not, as {@link MqttState} tells it, or `timeout`. */
  code?: string;
  message?: string;
}

/** @throws StaError where the server itself does not answer, or the set address cannot be used */
export async function tryMqtt(server: Connection, longest = LONGEST): Promise<MqttAnswer> {
  const [url, link] = [await server.mqttUrl(), await server.mqtt()];
  if (url === undefined || !link) return { url: '', connected: false };
  let listener: MqttListener | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const end = await new Promise<MqttState>((resolve) => {
      const late = (): void => resolve({ state: 'down', code: 'timeout', message: 'no answer in time' });
      timer = setTimeout(late, longest);
      listener = {
        message: () => undefined,
        ready: () => undefined,
        refused: () => undefined,
        state: (state) => {
          if (state.state !== 'connecting') resolve(state);
        },
      };
      link.add(listener, []);
    });
    if (end.state === 'down') return { url, connected: false, code: end.code, message: end.message };
    return { url, connected: true };
  } finally {
    clearTimeout(timer);
    if (listener) link.remove(listener);
  }
}
