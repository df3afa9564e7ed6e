/** The far side of the actuators: it outlives every Node-RED that is killed, and writes down what it was ordered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One order as it was carried out: by whom it was sent, which transition it answers, and its id. */
export interface Carried {
  actuator: string;
  statusId: string;
  revision: number;
  commandId: string;
}

export interface Actuators {
  url: string;
  readonly carried: Carried[];
  close(): void;
}

export async function startActuators(): Promise<Actuators> {
  const carried: Carried[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    // one that a kill has cut in half was never whole, and is not carried out
    request.on('error', () => undefined);
    request.on('end', () => {
      if (!request.complete) return;
      const [, actuator = ''] = request.url!.split('/');
      carried.push({ actuator, ...(JSON.parse(body) as Omit<Carried, 'actuator'>) });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carried,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
