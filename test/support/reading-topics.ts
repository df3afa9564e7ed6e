import type { Simulator } from '../../flows/simulator';

/** The topics that bring readings and are followed now; others tell of changes of Datastreams and Things. */
export const readingTopics = ({ mqtt }: Pick<Simulator, 'mqtt'>): string[] =>
  mqtt!.topics().filter((topic) => /\/Observations(?:\?|$)/.test(topic));
