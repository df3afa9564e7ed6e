/**
 * A simulated server in a process of its own, so that its memory and time are not those that a test measures. Forked by
 * {@link startSimulatorChild}; messages: `{ fill: { datastreams, observations } }`, `{ write: { perSecond, seconds } }`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { addCircle, startSimulator } from '../../flows/simulator';

export interface SimulatorChild {
  readonly url: string;
  /** Thermometers 1 to `datastreams` with so many Observations each, one a minute. */
  fill(datastreams: number, observations: number): Promise<void>;
  /** Stores Observations of Datastreams 1 to `datastreams` and tells the subscribers; resolves with how many. */
  write(datastreams: number, perSecond: number, seconds: number): Promise<number>;
  stop(): Promise<void>;
}

export async function startSimulatorChild(): Promise<SimulatorChild> {
  const child = fork(__filename, ['child'], { stdio: 'inherit', execArgv: ['--max-old-space-size=3000'] });
  const url = (await answer(child)) as string;
  const ask = (message: object): Promise<unknown> => {
    const answered = answer(child);
    child.send(message);
    return answered;
  };
  return {
    url,
    fill: async (datastreams, observations) => void (await ask({ fill: { datastreams, observations } })),
    write: async (datastreams, perSecond, seconds) =>
      (await ask({ write: { datastreams, perSecond, seconds } })) as number,
    stop: async () => {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { answer?: unknown }) => resolve(message.answer));
    child.once('exit', () => reject(new Error('the simulator has ended')));
  });
}

interface Task {
  fill?: { datastreams: number; observations: number };
  write?: { datastreams: number; perSecond: number; seconds: number };
}

async function serve(): Promise<void> {
  const simulator = await startSimulator({ city: false, speed: 0, history: 0, observationsPerDatastream: 2_000_000 });
  process.on('message', ({ fill, write }: Task) => {
    if (fill) {
      addCircle(simulator.store, fill);
      process.send!({ answer: true });
    }
    if (!write) return;
    const { datastreams, perSecond, seconds } = write;
    const wanted = perSecond * seconds;
    const began = performance.now();
    let n = 0;
    const timer = setInterval(() => {
      for (const due = ((performance.now() - began) / 1000) * perSecond; n < Math.min(due, wanted); n++) {
        simulator.post(1 + (n % datastreams), n, Date.now());
      }
      if (n < wanted) return;
      clearInterval(timer);
      process.send!({ answer: n });
    }, 10);
  });
  process.send!({ answer: simulator.url });
}

if (process.argv[2] === 'child') void serve();
