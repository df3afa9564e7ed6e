/** Which transitions of each episode were given out, and under which numbers: the journal owns the revisions. */
import type { Status } from '../ecdm/status';

/** Transitions of an episode that are told apart from a re-read; of more the newest count. */
const TRAIL = 50;

interface Episode {
  /** Number of the last transition that was given out. */
  given: number;
  /** Number that the rule itself gave last. A smaller or equal one that follows: the rule goes on from an older state. */
  engine: number;
  /** The transitions that were given out, oldest first. */
  readonly trail: string[];
  /** How far the rule has told them again; the length of the trail where it is ahead of everything known. */
  at: number;
}

/** What makes two messages the same transition of an episode. */
function printOf({ state, severity, updated, until }: Status): string {
  return `${state} ${severity} ${updated} ${until ?? ''}`;
}

/** Bounded: what was heard of longest ago is forgotten, and would be taken for new. */
export class Episodes {
  private readonly known = new Map<string, Episode>();

  constructor(private readonly most: number) {}

  /** A transition that was given out before this run began, oldest first. */
  remember(status: Status): void {
    const episode = this.touch(status.statusId);
    push(episode, status);
    episode.given = Math.max(episode.given, status.revision);
    episode.engine = episode.given;
    // until it tells something new, the rule may tell all this again
    episode.at = 0;
  }

  /**
   * The number under which a transition is to be given out.
   * @returns `undefined` where it was given out before: a rule that goes on from an older state tells again what it told
   */
  next(status: Status): number | undefined {
    const { revision } = status;
    const episode = this.touch(status.statusId);
    if (revision <= episode.engine) episode.at = 0;
    else if (revision > episode.given) episode.at = episode.trail.length;
    episode.engine = revision;
    if (episode.at < episode.trail.length) {
      const same = episode.trail.indexOf(printOf(status), episode.at);
      if (same >= 0) {
        episode.at = same + 1;
        return undefined;
      }
    }
    episode.given = Math.max(episode.given + 1, revision);
    push(episode, status);
    episode.at = episode.trail.length;
    return episode.given;
  }

  /** The number of a transition that the journal itself makes. */
  own(status: Status): number {
    const episode = this.touch(status.statusId);
    episode.given = Math.max(episode.given, status.revision) + 1;
    push(episode, status);
    episode.at = episode.trail.length;
    return episode.given;
  }

  private touch(statusId: string): Episode {
    const found = this.known.get(statusId);
    const episode = found ?? { given: 0, engine: 0, trail: [], at: 0 };
    if (found !== undefined) this.known.delete(statusId);
    this.known.set(statusId, episode);
    if (this.known.size > this.most) this.known.delete(this.known.keys().next().value!);
    return episode;
  }
}

function push(episode: Episode, status: Status): void {
  episode.trail.push(printOf(status));
  if (episode.trail.length <= TRAIL) return;
  episode.trail.shift();
  episode.at = Math.max(0, episode.at - 1);
}
