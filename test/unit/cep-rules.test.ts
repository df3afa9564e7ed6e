import * as assert from 'node:assert/strict';
import { patternSchema, statusSchema, type Pattern, type StatusDefinition } from '../../nodes/ecdm/definition';
import { durationText, listText, momentText, numberText, text, textKeys } from '../../nodes/ecdm/text';
import { compileStatus, DefinitionError, describePattern, describeRule } from '../../nodes/pattern-status/cep';
import { areaOf } from '../../nodes/pattern-status/cep/hull';
import { fromPattern, newRow, toPattern } from '../../nodes/pattern-status/model/rows';
import { upstreamOf, type Graph, type GraphNode } from '../../nodes/pattern-status/model/upstream';
import { definitionOf, settingsOf } from '../../nodes/pattern-status/settings';
import { emit, Random, randomPattern, randomRule } from './cep-random';

const e = (event: string): Pattern => ({ op: 'event', event });
const no = (event: string, length?: string): Pattern => ({
  op: 'no',
  of: e(event),
  ...(length ? { for: length } : {}),
});
const rule = (when: Pattern): StatusDefinition => ({
  id: 'r',
  name: 'Air',
  when,
  per: { by: 'station' },
  severity: 'major',
});

describe('rules that are refused, with the question to answer', () => {
  const refused: [string, Pattern, string, RegExp][] = [
    ['a bare no', no('a'), 'when', /For how long/],
    ['only no', { op: 'and', of: [no('A'), no('B')] }, 'when', /at least one event that must happen/],
    ['or no', { op: 'or', of: [e('a'), no('b')] }, 'when.of[1]', /For how long/],
    ['points at the same time', { op: 'and', of: [e('A'), e('b')] }, 'when.of[1]', /Within what time/],
    ['no point before, without a time', { op: 'and', of: [e('A'), no('b')] }, 'when.of[1]', /Within what time/],
    ['a sequence without a time', { op: 'then', of: [e('a'), e('b')] }, 'when', /Within what time/],
    ['a sequence that begins with no', { op: 'then', of: [no('a'), e('b')], within: '1 h' }, 'when.of[0]', /between two steps/],
    ['a sequence that ends with no', { op: 'then', of: [e('a'), no('b')], within: '1 h' }, 'when.of[1]', /For how long/],
    ['a silence longer than all', { op: 'then', of: [e('a'), no('b', '2 h')], within: '1 h' }, 'when', /within/],
    ['counting without a time', { op: 'times', of: e('a'), min: 3 }, 'when', /Within what time/],
    ['more than at most', { op: 'times', of: e('a'), min: 3, max: 2, within: '1 h' }, 'when.max', /Exchange/],
    ['counting what is not', { op: 'times', of: no('a', '1 h'), min: 2, within: '1 h' }, 'when.of', /number away/],
    ['an instant that lasts', { op: 'lasting', of: e('a'), for: '1 h' }, 'when', /begin and end/],
    ['at most inside a sequence', { op: 'then', of: [{ op: 'times', of: e('a'), min: 1, max: 2 }, e('b')], within: '1 h' }, 'when.of[0].max', /largest/],
    ['its own status', e('r'), 'when', /own rule/],
    [
      'more than the automaton may have states',
      { op: 'then', of: [{ op: 'and', of: Array.from('abcdefghi', e) }, e('x')], within: '1 h' },
      'when',
      /Split/,
    ],
  ]; // prettier-ignore
  for (const [name, pattern, path, hint] of refused) {
    it(name, () => {
      assert.throws(
        () => compileStatus(rule(pattern), { names: (id) => id, emit }),
        (error: unknown) => {
          assert.ok(error instanceof DefinitionError);
          assert.equal(error.path, path);
          assert.match(error.hint, hint);
          const thai = error.in('th');
          assert.match(thai.message + thai.hint, /[\u0e00-\u0e7f]/);
          return true;
        },
      );
    });
  }

  it('nests twelve levels and no more, and survives what is nested ten thousand times', () => {
    let deep: Pattern = e('A');
    for (let i = 0; i < 10_000; i++) deep = { op: 'or', of: [deep, e('B')] };
    assert.throws(() => compileStatus(rule(deep), { names: (id) => id }), DefinitionError);
  });
});

describe('the sentence of a rule', () => {
  const names = (id: string): string => ({ pm: 'PM2.5 high', co: 'CO high', rain: 'rain' })[id] ?? id;
  const say = (p: Pattern, language = 'en-US'): string => describePattern(p, names, language);

  it('reads as a person would say it', () => {
    assert.equal(say({ op: 'and', of: [e('pm'), e('co')] }), '“PM2.5 high” and “CO high” at the same time');
    assert.equal(
      say({ op: 'and', of: [e('pm'), e('co'), no('rain')], within: '15 min' }),
      '“PM2.5 high” and “CO high” in any order and no “rain” before within 15 min',
    );
    assert.equal(
      say({ op: 'then', of: [e('pm'), no('rain'), e('co')], within: '1 h' }),
      'first “PM2.5 high”, then without “rain” in between “CO high” within 1 h',
    );
    assert.equal(
      say({ op: 'then', of: [e('pm'), no('rain', '2 min')] }),
      'first “PM2.5 high”, then no “rain” for 2 min',
    );
    assert.equal(
      say({ op: 'times', of: e('pm'), min: 3, within: '10 min' }),
      '“PM2.5 high” at least 3 times within 10 min',
    );
    assert.equal(say({ op: 'or', of: [e('pm'), { op: 'and', of: [e('co'), e('rain')] }] }), '“PM2.5 high” or (“CO high” and “rain” at the same time)'); // prettier-ignore
  });

  it('says where, how severe, how long, and when it is back to normal, in Thai too', () => {
    const definition: StatusDefinition = {
      ...rule({ op: 'and', of: [e('pm'), e('co')] }),
      per: { by: 'zone', level: 'district' },
      for: '10 min',
      clear: { after: '1 h 30 min' },
    };
    assert.equal(
      describeRule(definition, names, 'en-US'),
      'When “PM2.5 high” and “CO high” at the same time in one district, the status “Air” (major) is raised ' +
        'once this has lasted 10 min and goes back to normal after 1 h 30 min of quiet.',
    );
    const thai = describeRule(definition, names, 'th');
    assert.match(thai, /PM2\.5 high.*CO high.*10 นาที.*1 ชม\. 30 นาที/);
  });

  it('has a reading without holes for every rule', () => {
    const random = new Random(1);
    for (let i = 0; i < 2000; i++) {
      const definition = randomRule(random);
      for (const language of ['en-US', 'th']) {
        const sentence = describeRule(definition, names, language);
        assert.doesNotMatch(sentence, /__|undefined|\?|rule\./, JSON.stringify(definition.when));
      }
    }
  });
});

describe('texts', () => {
  it('have the same keys in every language, and nothing is filled in twice', () => {
    assert.deepEqual(textKeys('th').sort(), textKeys('en-US').sort());
    assert.equal(text('en-US', 'rule.event', { name: '__name__ __time__' }), '“__name__ __time__”');
    assert.equal(text('en-US', 'no.such.key'), 'no.such.key');
    assert.equal(text('de', 'unit.h'), 'h');
  });

  it('write numbers, times and lists', () => {
    assert.equal(numberText('en-US', 4300.5), '4,300.5');
    assert.equal(durationText('en-US', 5_400_000), '1 h 30 min');
    assert.equal(momentText('en-US', Date.UTC(2016, 11, 1), 'Asia/Bangkok'), '1 Dec 2016 07:00');
    assert.equal(momentText('th', Date.UTC(2016, 11, 1), 'Asia/Bangkok'), '1 ธ.ค. 2016 07:00');
    assert.equal(listText('en-US', ['a', 'b', 'c']), 'a, b and c');
  });
});

describe('rows of the form', () => {
  it('come back as the pattern they were made of, or are not shown at all', () => {
    const random = new Random(5);
    let shown = 0;
    for (let i = 0; i < 5000; i++) {
      const pattern = randomPattern(random);
      const rows = fromPattern(pattern);
      if (rows === undefined) continue;
      shown++;
      assert.deepEqual(toPattern(rows), pattern);
      assert.ok(patternSchema.safeParse(toPattern(rows)).success);
    }
    assert.ok(shown > 2000, `${shown}`);
  });

  it('show one level of brackets and keep deeper ones as text', () => {
    const bracket: Pattern = {
      op: 'then',
      of: [{ op: 'and', of: [e('A'), e('B')], within: '5 min' }, e('c')],
      within: '1 h',
    };
    assert.deepEqual(toPattern(fromPattern(bracket)!), bracket);
    assert.equal(fromPattern({ op: 'or', of: [bracket, e('d')] }), undefined);
  });

  it('leave rows without an event out', () => {
    assert.equal(toPattern({ rows: [newRow()], combine: 'and', within: '' }), null);
    const rows = fromPattern(e('A'))!;
    rows.rows.push(newRow());
    assert.deepEqual(toPattern(rows), e('A'));
  });
});

describe('settings of the node', () => {
  it('and the portable definition are two forms of one thing', () => {
    const random = new Random(9);
    for (let i = 0; i < 1000; i++) {
      const definition = randomRule(random);
      if (random.chance(0.3)) definition.per = { by: 'zone', level: 'district' };
      if (random.chance(0.3)) definition.clear = { when: randomPattern(random, 1), byHand: true };
      const back = definitionOf({ id: 'node', ...settingsOf(definition) });
      assert.deepEqual(back, definition);
      assert.ok(statusSchema.safeParse(back).success);
    }
  });

  it('say what is wrong with a rule that is none', () => {
    assert.equal(definitionOf({ id: 'n' }), 'noRule');
    for (const bad of [{}, '{', { op: 'event' }, { op: '__proto__' }, 7, [], { op: 'and', of: [] }]) {
      assert.equal(definitionOf({ id: 'n', rule: bad }), 'badRule', JSON.stringify(bad));
    }
    assert.equal((definitionOf({ id: 'n', rule: JSON.stringify(e('a')) }) as StatusDefinition).id, 'n');
  });
});

describe('what lies upstream', () => {
  function graph(
    wires: [string, string][],
    nodes: GraphNode[] = [],
    ports: Record<string, { in: string[]; out: string[] }> = {},
  ): Graph {
    const all = new Map(nodes.map((node) => [node.id, node]));
    for (const id of wires.flat()) if (!all.has(id)) all.set(id, { id, type: 'x' });
    return {
      nodes: all,
      sources: (id) => wires.filter(([, to]) => to === id).map(([from]) => from),
      subflowInputs: (id) => ports[id]?.in ?? [],
      subflowOutputs: (id) => ports[id]?.out ?? [],
    };
  }

  it('is found along wires and junctions, through link pairs, once in a circle', () => {
    const links: GraphNode[] = [
      { id: 'out', type: 'link out', links: ['in'] },
      { id: 'in', type: 'link in', links: [] },
    ];
    const found = upstreamOf('me', graph([['events', 'out'], ['in', 'junction'], ['junction', 'me'], ['me', 'junction']], links)); // prettier-ignore
    assert.deepEqual(found, ['junction', 'in', 'me', 'out', 'events']);
  });

  it('is found in and out of subflows', () => {
    const nodes: GraphNode[] = [
      { id: 'instance', type: 'subflow:s', z: 'tab' },
      { id: 'inner', type: 'ecdm-event', z: 's' },
      { id: 'first', type: 'change', z: 's' },
    ];
    const ports = { s: { in: ['first'], out: ['inner'] } };
    const found = upstreamOf('me', graph([['instance', 'me'], ['first', 'inner'], ['outer', 'instance']], nodes, ports)); // prettier-ignore
    assert.deepEqual(found.sort(), ['first', 'inner', 'instance', 'outer']);
    const inside = upstreamOf('inner', graph([['first', 'inner'], ['outer', 'instance']], nodes, ports)); // prettier-ignore
    assert.deepEqual(inside, ['first', 'outer']);
  });
});

describe('the area of some places', () => {
  it('is a point, a line or a hull', () => {
    assert.equal(areaOf([]), undefined);
    assert.deepEqual(areaOf([[1, 2], [1, 2, 50]]), { type: 'Point', coordinates: [1, 2] }); // prettier-ignore
    assert.deepEqual(areaOf([[0, 0], [2, 2], [1, 1]]), { type: 'LineString', coordinates: [[0, 0], [2, 2]] }); // prettier-ignore
    const hull = areaOf([[0, 0], [2, 0], [2, 2], [0, 2], [1, 1]]); // prettier-ignore
    assert.deepEqual(hull, { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] }); // prettier-ignore
  });
});
