import assert from 'node:assert/strict';
import { checkDefinition, checkMapping } from '../../nodes/ecdm/check';

const good = () => ({
  ecdm: 1,
  name: 'Air',
  domains: [{ id: 'air', name: 'Air', timeZone: 'Asia/Bangkok', sampling: '1 h' }],
  events: [
    { id: 'pm', name: 'PM2.5 high', domain: 'air', observe: { properties: ['PM2.5'] }, when: { op: '>', value: 90, unit: 'ug/m3', clear: 75 }, emit: 'state' },
    { id: 'co', name: 'CO high', aggregate: { method: 'average', over: '1 h', scope: 'station' }, when: { op: 'all', of: [{ op: '>', value: 4, unit: 'mg/m3' }] }, emit: 'state' },
  ],
  statuses: [
    { id: 'bad', name: 'Bad air', when: { op: 'and', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'co' }], within: '1 h' }, per: { by: 'station' }, severity: 'major' },
  ],
  actions: [{ id: 'tell', name: 'Tell', action: 'notify', statuses: ['bad'], on: ['raised'], texts: { 'en-US': { headline: '{{name}}' } } }],
});

/** A good definition with one thing changed, and what is said of it. */
function said(change: (d: any) => void): string[] {
  const definition: any = good();
  change(definition);
  const { mistakes, definition: read } = checkDefinition(definition);
  assert.equal(read, undefined);
  for (const m of mistakes) assert.ok(m.message.length > 3 && m.hint.length > 3, JSON.stringify(m));
  const thai = checkDefinition(definition, { language: 'th' }).mistakes;
  assert.deepEqual(thai.map((m) => m.path), mistakes.map((m) => m.path));
  for (const m of [...mistakes, ...thai]) assert.doesNotMatch(m.message + m.hint, /__|undefined|^[\w.]+\.(message|hint)$/);
  for (const m of thai) assert.ok(/\p{Script=Thai}/u.test(m.message) && /\p{Script=Thai}/u.test(m.hint), JSON.stringify(m));
  return mistakes.map((m) => `${m.path}: ${m.message} ${m.hint}`);
}

describe('check: a definition', () => {
  it('accepts a good one', () => {
    assert.deepEqual(checkDefinition(good()).mistakes, []);
    assert.equal(checkDefinition(good()).definition?.events.length, 2);
  });

  const cases: [string, (d: any) => void, RegExp][] = [
    ['unknown key', (d) => (d.events[0].emitt = 'state'), /^events\[0\]\.emitt: "emitt" is not known here\. Did you mean "emit"\?/],
    ['unknown key in a condition', (d) => (d.events[0].when.vlaue = 1), /^events\[0\]\.when\.vlaue: .*Did you mean "value"/],
    ['missing key', (d) => delete d.events[0].emit, /^events\[0\]\.emit: is missing\. One of: "state", "point"/],
    ['missing list entry field', (d) => delete d.statuses[0].name, /^statuses\[0\]\.name: is missing/],
    ['number in quotes', (d) => (d.events[0].when.clear = '75'), /^events\[0\]\.when\.clear: should be a number, but is the text "75"\. Write 75/],
    ['duration spelt out', (d) => (d.statuses[0].when.within = '1 hour'), /^statuses\[0\]\.when\.within: "1 hour".*Did you mean "1 h"/],
    ['ISO duration', (d) => (d.events[1].aggregate.over = 'PT1H30M'), /Did you mean "1 h 30 min"/],
    ['duration as number', (d) => (d.events[0].for = 600), /^events\[0\]\.for: should be a text, but is the number 600/],
    ['unknown op', (d) => (d.events[0].when.op = '=>'), /^events\[0\]\.when\.op: "=>" is not known here\. Did you mean/],
    ['unknown op deep inside', (d) => (d.events[1].when.of[0].op = 'betwen'), /^events\[1\]\.when\.of\[0\]\.op: "betwen".*Did you mean "between"/],
    ['unknown pattern op', (d) => (d.statuses[0].when.op = 'adn'), /^statuses\[0\]\.when\.op: .*Did you mean "and"/],
    ['unknown severity', (d) => (d.statuses[0].severity = 'high'), /^statuses\[0\]\.severity: "high" is not known here\. .*"critical"/],
    ['wrong unit', (d) => (d.events[0].when.unit = 'ug/m33x'), /^events\[0\]\.when\.unit: .*not a unit.*Did you mean "ug\/m3"/],
    ['clear on the wrong side', (d) => (d.events[0].when.clear = 95), /^events\[0\]\.when\.clear: 95 is on the wrong side of 90/],
    ['percentile without number', (d) => (d.events[1].aggregate.method = 'percentile'), /^events\[1\]\.aggregate\.percentile: is missing/],
    ['number without percentile', (d) => (d.events[1].aggregate.percentile = 95), /^events\[1\]\.aggregate\.percentile: has no meaning/],
    ['unknown event', (d) => (d.statuses[0].when.of[1].event = 'cc'), /^statuses\[0\]\.when\.of\[1\]\.event: There is no event or status "cc"\. Did you mean "co"/],
    ['event by name', (d) => (d.statuses[0].when.of[1].event = 'CO high'), /Did you mean "co"/],
    ['double id', (d) => (d.events[1].id = 'pm'), /^events\[1\]\.id: "pm" is also the id of events\[0\]/],
    ['event and status with one id', (d) => (d.statuses[0].id = 'pm'), /^statuses\[0\]\.id: "pm" is also the id of events\[0\]/],
    ['unknown domain', (d) => (d.events[0].domain = 'ari'), /^events\[0\]\.domain: There is no domain "ari"\. Did you mean "air"/],
    ['metres without near', (d) => (d.statuses[0].per.metres = 500), /^statuses\[0\]\.per\.metres: has no meaning with "station".*"near"/],
    ['near without metres', (d) => (d.statuses[0].per.by = 'near'), /^statuses\[0\]\.per\.metres: is missing: how near\?/],
    ['severity without a moment', (d) => (d.statuses[0].steps = [{ severity: 'critical' }]), /^statuses\[0\]\.steps\[0\]: says nothing of when.*"after"/],
    ['unknown event in a step', (d) => (d.statuses[0].steps = [{ severity: 'critical', when: { op: 'event', event: 'cc' } }]), /^statuses\[0\]\.steps\[0\]\.when\.event: There is no event or status "cc"/],
    ['comparison of a name nobody has', (d) => (d.statuses[0].when.where = [{ left: { of: 'e1' }, op: '>', right: { value: 1 } }]), /^statuses\[0\]\.when\.where\[0\]\.left\.of: no event in this bracket is called "e1"\. Name it: "as": "e1"/],
    ['comparison of a misspelt name', (d) => {
      d.statuses[0].when.of[0].as = 'first';
      d.statuses[0].when.where = [{ left: { of: 'first' }, op: '>', right: { of: 'frist' } }];
    }, /^statuses\[0\]\.when\.where\[0\]\.right\.of: .*"frist"\. Did you mean "first"/],
    ['comparison of a name of another bracket', (d) => (d.statuses[0].when = { op: 'then', within: '1 h', of: [
      { op: 'event', event: 'pm', as: 'e1' },
      { op: 'and', of: [{ op: 'event', event: 'co', as: 'e2' }], where: [{ left: { of: 'e2' }, op: '>', right: { of: 'e1' } }] },
    ] }), /^statuses\[0\]\.when\.of\[1\]\.where\[0\]\.right\.of: no event in this bracket is called "e1"/],
    ['one event for both sides', (d) => (d.statuses[0].when = { op: 'and', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'pm', as: 'e' }] }), /^statuses\[0\]\.when\.of\[1\]: stands twice in this "and"/],
    ['two events of one name', (d) => d.statuses[0].when.of.forEach((one: any) => (one.as = 'e')), /^statuses\[0\]\.when\.of\[1\]\.as: two events are called "e"/],
    ['a name that is none', (d) => (d.statuses[0].when.of[0].as = '1 a'), /^statuses\[0\]\.when\.of\[0\]\.as: "1 a": expected a short name/],
    ['a field that is none', (d) => {
      d.statuses[0].when.of[0].as = 'e';
      d.statuses[0].when.where = [{ left: { of: 'e', field: 'valeu' }, op: '>', right: { value: 1 } }];
    }, /^statuses\[0\]\.when\.where\[0\]\.left\.field: "valeu": expected "value"/],
    ['percentile of a pattern without number', (d) => (d.statuses[0].when = { op: 'aggregate', event: 'pm', method: 'percentile', over: '1 h', compare: '>', value: 1 }), /^statuses\[0\]\.when\.percentile: is missing/],
    ['number of a pattern without percentile', (d) => (d.statuses[0].when = { op: 'aggregate', event: 'pm', method: 'sum', percentile: 3, over: '1 h', compare: '>', value: 1 }), /^statuses\[0\]\.when\.percentile: has no meaning with "sum"/],
    ['brackets without end', (d) => {
      for (let i = 0; i < 20_000; i++) d.statuses[0].when = { op: 'every', of: d.statuses[0].when };
    }, /^: is nested more than 200 levels deep/],
    ['unknown status in an action', (d) => (d.actions[0].statuses = ['bat']), /^actions\[0\]\.statuses\[0\]: There is no status "bat"\. Did you mean "bad"/],
    ['time zone', (d) => (d.domains[0].timeZone = 'Bangkok'), /^domains\[0\]\.timeZone: "Bangkok" is not a time zone/],
    ['level without zone', (d) => (d.statuses[0].per.level = 'district'), /^statuses\[0\]\.per\.level: has no meaning with "station"/],
    ['borders swapped', (d) => (d.events[0].when = { op: 'between', low: 5, high: 1 }), /^events\[0\]\.when: the low border is above/],
    ['text compared with >', (d) => (d.events[0].when = { op: '>', value: 'NW' }), /^events\[0\]\.when\.value: ">" compares numbers/],
    ['empty condition list', (d) => (d.events[1].when.of = []), /^events\[1\]\.when\.of: is empty/],
    ['times', (d) => (d.statuses[0].when = { op: 'times', of: { op: 'event', event: 'pm' }, min: 3, max: 2 }), /^statuses\[0\]\.when\.max: 2 is less than/],
    ['newer format', (d) => (d.ecdm = 2), /^ecdm: the file is of format 2/],
    ['empty name', (d) => (d.statuses[0].name = ''), /^statuses\[0\]\.name: is empty\. Needs at least one character/],
    ['name without end', (d) => (d.statuses[0].name = 'x'.repeat(201)), /^statuses\[0\]\.name: has too many characters\. It has at most 200/],
    ['time of day', (d) => (d.events[0].when = { op: 'time', from: '25:00', to: '6' }), /^events\[0\]\.when\.from: "25:00": expected a time of day/],
    ['a century', (d) => (d.statuses[0].when.within = '40000 d'), /^statuses\[0\]\.when\.within: "40000 d": is longer than ten years/],
    ['a list for a name', (d) => (d.events[0].name = ['a', 'b']), /^events\[0\]\.name: should be a text, but is \["a", "b"\]/],
    ['a value of no kind', (d) => (d.events[0].when = { op: '=', value: null }), /^events\[0\]\.when\.value: should be a number or a text or true or false, but is null/],
    ['a rule that lasts for no time', (d) => (d.statuses[0].for = '0 s'), /^statuses\[0\]\.for: must be longer than zero\. .*"5 min", or remove it/],
    ['an event that lasts for no time', (d) => (d.statuses[0].when = { op: 'lasting', of: { op: 'event', event: 'pm' }, for: '0 min' }), /^statuses\[0\]\.when\.for: must be longer than zero\. .*"5 min"/],
    ['flapping within no time', (d) => (d.statuses[0].flapping = { raises: 2, in: '0 s', steady: '1 min' }), /^statuses\[0\]\.flapping\.in: must be longer than zero/],
    ['flapping until steady for no time', (d) => (d.statuses[0].flapping = { raises: 2, in: '1 min', steady: '0 s' }), /^statuses\[0\]\.flapping\.steady: must be longer than zero/],
    ['a limit of no length', (d) => (d.statuses[0].when.within = '0 s'), /^statuses\[0\]\.when\.within: must be longer than zero\. .*"1 h", or remove it/],
    ['a number that is written as a text', (d) => (d.ecdm = '1'), /^ecdm: should be a number, but is the text "1"\. Write 1 without quotes/],
    ['a format that is none', (d) => (d.ecdm = true), /^ecdm: true is not known here\. One of: 1\.$/],
    ['off as a text', (d) => (d.statuses[0].flapping = 'false'), /^statuses\[0\]\.flapping: should be false, but is "false"/],
    ['an action without words', (d) => (d.actions[0].texts = {}), /^actions\[0\]\.texts: has no text/],
    ['a span that ends before it begins', (d) => (d.domains[0].timeSpan = { from: '2026-02-01', to: '2026-01-01' }), /timeSpan: ends before it begins/],
    ['a point that lasts', (d) => { d.events[0].emit = 'point'; d.events[0].for = '1 h'; }, /^events\[0\]\.for: only a state can last/],
  ];
  for (const [name, change, expected] of cases) {
    it(`explains: ${name}`, () => {
      const lines = said(change);
      assert.ok(lines.some((line) => expected.test(line)), lines.join('\n'));
    });
  }

  it('finds a status that feeds itself through another', () => {
    const lines = said((d) => {
      d.statuses[0].when = { op: 'event', event: 'worse' };
      d.statuses.push({ id: 'worse', name: 'Worse', when: { op: 'or', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'bad' }] }, per: { by: 'station' }, severity: 'minor' });
    });
    assert.ok(lines.some((line) => /"bad" feeds itself: bad → worse → bad/.test(line)), lines.join('\n'));
  });

  it('tells a thing once, where it stands', () => {
    assert.deepEqual(said((d) => (d.statuses[0].lateness = '5 m')).length, 1);
    const near = (d: any): void => { d.statuses[0].per = { by: 'near' }; };
    assert.equal(said(near).length, 1);
    const definition = good();
    near(definition);
    const { mistakes } = checkDefinition(definition, { compileStatus: () => [{ path: 'per.metres', message: 'no.', hint: 'yes.' }] });
    assert.deepEqual(mistakes.map((m) => m.path), ['statuses[0].per.metres']);
    assert.match(said((d) => (d.statuses[0].notWhile = ['bad'])).join('\n'), /^statuses\[0\]\.notWhile\[0\]: "bad" feeds itself[^\n]*$/);
    assert.match(said((d) => (d.statuses[0].clear = { when: { op: 'no', of: { op: 'event', event: 'bad' }, for: '1 h' } })).join('\n'), /^statuses\[0\]\.clear\.when\.of: "bad" feeds itself[^\n]*$/);
  });

  it('finds the other mistakes beside one of form', () => {
    const paths = (change: (d: any) => void): string[] => said(change).map((line) => line.slice(0, line.indexOf(': ')));
    assert.deepEqual(paths((d) => {
      d.events[0].when.value = 'much';
      d.events[1].when.of[0].unit = 'apples';
      delete d.events[0].emit;
      d.statuses[0].when.of[1].event = 'cc';
      d.actions[0].statuses = ['bat'];
      d.version = 3;
    }), ['events[0].emit', 'version', 'events[1].when.of[0].unit', 'statuses[0].when.of[1].event', 'actions[0].statuses[0]']);
    // what is formed wrongly is still known to the others, and is said to be double
    assert.deepEqual(paths((d) => {
      d.events[1] = { id: 'pm', name: 5 };
      d.statuses[0].when = { op: 'event', event: 'pm' };
      d.statuses[0].domain = 'ari';
      d.domains[0].sampling = 5;
    }), ['domains[0].sampling', 'events[1].name', 'events[1].when', 'events[1].emit', 'events[1].id', 'statuses[0].domain']);
    assert.deepEqual(paths((d) => {
      d.actuators = [{ name: 'Pump' }];
      d.tests = [{ id: 't' }];
      d.statuses[0].domain = 'ari';
    }).filter((path) => !/^(actuators|tests)/.test(path)), ['statuses[0].domain']);
    // nobody knows what others call it
    assert.deepEqual(paths((d) => delete d.events[1].id), ['events[1].id']);
    assert.deepEqual(paths((d) => (d.events = {})), ['events']);
  });

  it('asks the compiler of what is formed well, and of nothing that rests on an event of no kind', () => {
    const asked = (change: (d: any) => void): string[] => {
      const ids: string[] = [];
      const definition: any = good();
      definition.statuses.push({ ...definition.statuses[0], id: 'only-pm', when: { op: 'event', event: 'pm' } });
      change(definition);
      checkDefinition(definition, { compileStatus: ({ id }) => { ids.push(id); return [{ path: 'when', message: 'no.', hint: 'yes.' }]; } });
      return ids;
    };
    assert.deepEqual(asked((d) => (d.name = '')), ['bad', 'only-pm']);
    assert.deepEqual(asked((d) => delete d.events[1].emit), ['only-pm']);
    assert.deepEqual(asked((d) => (d.events[1].emti = 1)), ['bad', 'only-pm']);
  });

  it('warns of what can be run and is hardly meant so', () => {
    const warned = (change: (d: any) => void, language?: string): string[] => {
      const definition: any = good();
      change(definition);
      const { mistakes, warnings, definition: read } = checkDefinition(definition, { language });
      assert.deepEqual(mistakes, []);
      assert.ok(read);
      assert.ok(warnings.every(({ warning }) => warning === true));
      return warnings.map((m) => `${m.path}: ${m.message} ${m.hint}`);
    };
    const steps = (d: any): void => { d.statuses[0].steps = ['minor', 'major', 'critical'].map((severity) => ({ severity, after: '5 min' })); };
    assert.deepEqual(warned(steps).map((line) => line.slice(0, 60)), [0, 1].map((i) => `statuses[0].steps[${i}].severity: this step changes nothing: the`.slice(0, 60)));
    assert.match(warned(steps, 'th')[0]!, /ขั้นนี้ไม่มีผล.*"major"/);
    const clear = (when: unknown) => (d: any): void => { d.statuses[0].clear = { when }; };
    for (const when of [good().statuses[0]!.when, { op: 'event', event: 'pm' }, { op: 'event', event: 'co', as: 'e' }]) {
      assert.match(warned(clear(when)).join(), /^statuses\[0\]\.clear\.when: what raises the status clears it, too\./);
      assert.match(warned(clear(when), 'th').join(), /\p{Script=Thai}/u);
    }
    const many = checkDefinition({ ...good(), actions: [], statuses: Array.from({ length: 300 }, (_, i) => ({ ...good().statuses[0], id: `s${i}`, steps: [{ severity: 'minor', after: '1 h' }], domain: i === 299 ? 'ari' : 'air' })) });
    assert.deepEqual(many.mistakes.map(({ path }) => path), ['statuses[299].domain'], 'warnings take no room');
    assert.deepEqual(warned(clear({ op: 'no', of: { op: 'event', event: 'pm' }, for: '1 h' })), []);
    assert.deepEqual(warned((d) => { d.statuses[0].when = { op: 'or', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'co' }] }; clear({ op: 'event', event: 'pm' })(d); }), []);
  });

  it('passes on what the compiler says, with the whole path', () => {
    const { mistakes } = checkDefinition(good(), {
      compileStatus: () => [{ path: 'when.of[1]', message: 'no.', hint: 'yes.' }],
    });
    assert.deepEqual(mistakes.map((m) => m.path), ['statuses[0].when.of[1]']);
  });

  it('survives nonsense', () => {
    const circular: Record<string, unknown> = { ecdm: 1, name: 'x' };
    circular['events'] = [circular];
    for (const input of [undefined, null, 5, 'x', [], {}, circular, JSON.parse('{"__proto__":{"ecdm":1},"constructor":1}'), { ecdm: 1, name: 'x', events: Array(9999).fill(5) }]) {
      const { mistakes, definition } = checkDefinition(input);
      assert.equal(definition, undefined);
      assert.ok(mistakes.length > 0 && mistakes.length <= 200);
    }
  });
});

describe('check: a mapping', () => {
  it('explains a wrong one', () => {
    const { mistakes } = checkMapping({ mapping: 1, time: { columns: ['t'], zone: 'Bangkok' }, values: { layout: 'wide', colums: [] } });
    const lines = mistakes.map((m) => `${m.path}: ${m.message} ${m.hint}`);
    assert.ok(lines.some((l) => /^time\.zone: "Bangkok"/.test(l)), lines.join('\n'));
    assert.ok(lines.some((l) => /^values\.colums: .*Did you mean "columns"/.test(l)), lines.join('\n'));
    assert.match(checkMapping({ mapping: 1, time: { columns: ['t'] }, values: { layout: 'wid' } }).mistakes[0]!.hint, /"wide"/);
  });
});
