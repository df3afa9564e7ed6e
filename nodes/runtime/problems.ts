import { makeProblem, MOST_TOLD, type Problem } from '../ecdm/problem';
import { text } from '../ecdm/text';
import type { NodeMessage, RuntimeNode, Send } from './node-red';

/**
 * Collects what could not be used while a message is handled and sends it, in one message, on the second output.
 * Bounded: a file of a million bad rows gives a hundred problems and a count.
 */
export class Problems {
  /** May be handed to pure code that pushes onto it; what is over the bound is counted when it is sent. */
  readonly list: Problem[] = [];
  private more = 0;

  /** @param language of the sentence that says how many more there were */
  constructor(
    private readonly node: Pick<RuntimeNode, 'id'>,
    private readonly language?: string,
  ) {}

  add(problem: Problem): void {
    if (this.list.length < MOST_TOLD) this.list.push(problem);
    else this.more++;
  }

  get count(): number {
    return this.list.length + this.more;
  }

  /**
   * Sends the collected problems on output 2, with the topic of the message they came from, and starts afresh.
   * @param outputs how many outputs the node has (the second one carries the problems)
   */
  flush(send: Send, origin?: NodeMessage, outputs = 2): void {
    if (this.list.length === 0) return;
    const payload = this.list.splice(0);
    if (payload.length > MOST_TOLD) {
      this.more += payload.length - MOST_TOLD;
      payload.length = MOST_TOLD;
    }
    if (this.more > 0) {
      payload.push(makeProblem('more', text(this.language, 'moreProblems', { count: this.more }), '', null));
      this.more = 0;
    }
    for (const problem of payload) problem.node = this.node.id;
    const message: NodeMessage = { topic: origin?.topic ?? 'problem', payload };
    // the identity of the message is kept, so that a flow can tell which input it belongs to
    if (origin?.['_msgid'] !== undefined) message['_msgid'] = origin['_msgid'];
    const all = new Array<NodeMessage | null>(outputs).fill(null);
    all[1] = message;
    send(all);
  }
}
