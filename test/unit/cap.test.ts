/**
 * CAP 1.2: what goes out is valid, says nothing that is not so, and nothing goes out without a person. The rules of the schema
 * are restated here by hand, apart from the code that writes the messages.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { faultsOf, type CapAlert } from '../../nodes/action-notify/cap/alert';
import { shapeOf } from '../../nodes/action-notify/cap/area';
import { capTime, compose, identifierOf, type CapSettings } from '../../nodes/action-notify/cap/compose';
import { CapDesk, type CapEvent } from '../../nodes/action-notify/cap/desk';
import { toXml } from '../../nodes/action-notify/cap/xml';
import type { Mode } from '../../nodes/ecdm/city';
import { realmOf } from '../../nodes/ecdm/realms';
import { SEVERITIES, type Status } from '../../nodes/ecdm/status';
import { sampleStatus } from '../../nodes/ecdm/status-fields';

const NOW = Date.parse('2026-02-14T01:10:00Z');

// ---- the schema, restated

type Rule = 'text' | 'time' | 'language' | readonly string[] | Part;
interface Part {
  /** In this order: name, what it holds, least and most. */
  readonly sequence: readonly (readonly [string, Rule, number, number])[];
}
const MANY = Infinity;
const NAMED: Part = { sequence: [['valueName', 'text', 1, 1], ['value', 'text', 1, 1]] }; // prettier-ignore
const AREA: Part = {
  sequence: [
    ['areaDesc', 'text', 1, 1], ['polygon', 'text', 0, MANY], ['circle', 'text', 0, MANY], ['geocode', NAMED, 0, MANY],
  ], // prettier-ignore
};
const INFO: Part = {
  sequence: [
    ['language', 'language', 0, 1],
    ['category', 'Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other'.split(' '), 1, MANY],
    ['event', 'text', 1, 1],
    ['responseType', 'Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None'.split(' '), 0, MANY],
    ['urgency', 'Immediate Expected Future Past Unknown'.split(' '), 1, 1],
    ['severity', 'Extreme Severe Moderate Minor Unknown'.split(' '), 1, 1],
    ['certainty', 'Observed Likely Possible Unlikely Unknown'.split(' '), 1, 1],
    ['audience', 'text', 0, 1],
    ['eventCode', NAMED, 0, MANY],
    ['effective', 'time', 0, 1],
    ['onset', 'time', 0, 1],
    ['expires', 'time', 0, 1],
    ['senderName', 'text', 0, 1],
    ['headline', 'text', 0, 1],
    ['description', 'text', 0, 1],
    ['instruction', 'text', 0, 1],
    ['web', 'text', 0, 1],
    ['contact', 'text', 0, 1],
    ['area', AREA, 0, MANY],
  ],
};
const ALERT: Part = {
  sequence: [
    ['identifier', 'text', 1, 1],
    ['sender', 'text', 1, 1],
    ['sent', 'time', 1, 1],
    ['status', 'Actual Exercise System Test Draft'.split(' '), 1, 1],
    ['msgType', 'Alert Update Cancel Ack Error'.split(' '), 1, 1],
    ['source', 'text', 0, 1],
    ['scope', 'Public Restricted Private'.split(' '), 1, 1],
    ['restriction', 'text', 0, 1],
    ['addresses', 'text', 0, 1],
    ['note', 'text', 0, 1],
    ['references', 'text', 0, 1],
    ['info', INFO, 0, MANY],
  ],
};

interface Element {
  name: string;
  children: Element[];
  text: string;
}

/** Reads XML without attributes but one namespace; anything that is not well formed throws. */
function parse(xml: string): Element {
  const open: Element[] = [];
  let root: Element | undefined;
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  let at = 0;
  for (const match of body.matchAll(/<(\/?)([A-Za-z]+)( xmlns="urn:oasis:names:tc:emergency:cap:1\.2")?>/g)) {
    const between = body.slice(at, match.index);
    at = match.index + match[0].length;
    assert.ok(!/[<>]|&(?!(?:amp|lt|gt|quot|apos|#13);)/.test(between), `markup in a text: ${between}`);
    // eslint-disable-next-line no-control-regex
    assert.ok(!/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u.test(between), 'a sign that XML cannot hold');
    if (open.length > 0) open.at(-1)!.text += between;
    if (match[1] === '/') {
      const done = open.pop();
      assert.equal(done?.name, match[2]);
      if (open.length === 0) root = done;
    } else {
      const element = { name: match[2]!, children: [], text: '' };
      open.at(-1)?.children.push(element);
      open.push(element);
    }
  }
  assert.equal(body.slice(at).trim(), '');
  assert.ok(root !== undefined && open.length === 0);
  return root;
}

function checkPart({ name, children }: Element, { sequence }: Part): void {
  let next = 0;
  for (const [wanted, rule, least, most] of sequence) {
    let count = 0;
    for (; children[next]?.name === wanted; next++, count++) checkValue(children[next]!, rule);
    assert.ok(count >= least && count <= most, `${name}: ${count} ${wanted}`);
  }
  assert.equal(children[next]?.name, undefined, `${name}: not here`);
}

function checkValue(element: Element, rule: Rule): void {
  const { name, text, children } = element;
  if (typeof rule === 'object' && 'sequence' in rule) return checkPart(element, rule);
  assert.equal(children.length, 0);
  if (rule === 'time') assert.match(text, /^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d$/, name);
  else if (rule === 'language') assert.match(text, /^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/);
  else if (rule !== 'text') assert.ok(rule.includes(text), `${name}: ${text}`);
}

function check(xml: string): Element {
  const alert = parse(xml);
  assert.equal(alert.name, 'alert');
  checkPart(alert, ALERT);
  return alert;
}

const textOf = (element: Element, ...path: string[]): string | undefined => {
  let at: Element | undefined = element;
  for (const name of path) at = at?.children.find((one) => one.name === name);
  return at?.text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
};

// ---- what is told

const texts = { headline: '{{name}} {{state}}', text: '{{reason}}', instruction: 'Stay inside' };
const settings = (more: Partial<CapSettings> = {}): CapSettings => ({
  sender: 'warn@city.example',
  senderName: 'City',
  kind: 'Actual',
  reallyActual: true,
  scope: 'Public',
  restriction: '',
  addresses: '',
  category: 'Env',
  events: new Map(),
  texts: new Map([['th-TH', texts], ['en-US', texts]]),
  contact: '',
  web: '',
  expiresAfter: 3_600_000,
  radius: 500,
  timeZone: 'Asia/Bangkok',
  ...more,
}); // prettier-ignore
const status = (state: Status['state'], revision: number, more: Partial<Status> = {}): Status => ({
  ...sampleStatus(state),
  revision,
  ...more,
});

const polygon = { type: 'Polygon', coordinates: [[[99.6, 7.5], [99.7, 7.5], [99.7, 7.6], [99.6, 7.5]], [[99.65, 7.52], [99.66, 7.52], [99.66, 7.53], [99.65, 7.52]]] }; // prettier-ignore

describe('CAP: what is written', () => {
  it('is a valid alert, one block for each language, lat before lon', () => {
    const { alert, notes } = compose(settings(), status('raised', 1, { area: polygon }), 'Alert', [], 'live', NOW);
    assert.deepEqual(faultsOf(alert), []);
    const read = check(toXml(alert));
    assert.deepEqual(
      read.children.filter(({ name }) => name === 'info').map((info) => textOf(info, 'language')),
      ['th-TH', 'en-US'],
    );
    assert.equal(textOf(read, 'status'), 'Actual');
    assert.equal(textOf(read, 'sent'), '2026-02-14T08:10:00+07:00');
    assert.equal(textOf(read, 'info', 'expires'), '2026-02-14T09:10:00+07:00');
    assert.equal(textOf(read, 'info', 'onset'), '2026-02-14T08:00:00+07:00');
    assert.equal(textOf(read, 'info', 'severity'), 'Severe');
    assert.equal(textOf(read, 'info', 'area', 'polygon'), '7.5,99.6 7.5,99.7 7.6,99.7 7.5,99.6');
    assert.equal(textOf(read, 'references'), undefined);
    assert.deepEqual(notes, ['holes'], 'and says that holes are left out');
  });

  it('writes UTC as -00:00, never as Z, and no parts of a second', () => {
    assert.equal(capTime(NOW + 123, undefined), '2026-02-14T01:10:00-00:00');
    assert.equal(capTime(NOW, 'Europe/London'), '2026-02-14T01:10:00-00:00');
    assert.equal(capTime(NOW, 'Asia/Kolkata'), '2026-02-14T06:40:00+05:30');
  });

  it('closes rings, makes circles of points and of what CAP cannot say', () => {
    const open = { type: 'Polygon', coordinates: [[[1, 2], [3, 2], [3, 4]]] }; // prettier-ignore
    assert.deepEqual(shapeOf(open, undefined, 100).polygons, ['2,1 2,3 4,3 2,1']);
    assert.deepEqual(shapeOf({ type: 'Point', coordinates: [99.61, 7.55] }, undefined, 500).circles, [
      '7.55,99.61 0.5',
    ]);
    assert.deepEqual(shapeOf(undefined, [99.61, 7.55], 500).circles, ['7.55,99.61 0.5']);
    assert.deepEqual(shapeOf(undefined, undefined, 500).notes, ['none']);
    const pacific = { type: 'Polygon', coordinates: [[[179, 1], [-179, 1], [-179, 2], [179, 1]]] }; // prettier-ignore
    const shape = shapeOf(pacific, undefined, 0);
    assert.deepEqual([shape.polygons, shape.notes], [[], ['rounded']]);
    assert.match(shape.circles[0]!, /^1\.\d+,-?1(79|80)(\.\d+)? 1\d\d/);
    for (const odd of [
      null,
      5,
      { type: 'Polygon' },
      { type: 'Polygon', coordinates: [[['a', 1]]] },
      { type: 'MultiPolygon', coordinates: [7] },
    ]) {
      assert.deepEqual(shapeOf(odd, undefined, 1).polygons, []);
    }
  });

  it('is never Actual in a simulation, in a replay, or without the switch', () => {
    const kind = (more: Partial<CapSettings>, of: Partial<Status>, mode: Mode): string =>
      compose(settings(more), status('raised', 1, of), 'Alert', [], mode, NOW).alert.status;
    assert.equal(kind({}, {}, 'live'), 'Actual');
    assert.equal(kind({}, { simulated: true }, 'live'), 'Exercise');
    assert.equal(kind({}, {}, 'replay'), 'Exercise');
    assert.equal(kind({}, {}, 'simulated'), 'Exercise');
    assert.equal(kind({ reallyActual: false }, {}, 'live'), 'Test');
    assert.equal(kind({ kind: 'Test' }, {}, 'live'), 'Test');
    const drill = compose(settings({ kind: 'Exercise' }), status('raised', 1), 'Alert', [], 'live', NOW).alert;
    assert.match(drill.info[1]!.headline!, /^\[EXERCISE\]/);
  });

  it('names each message by an identifier of its own, without blanks, commas, < and &', () => {
    const ids = new Set<string>();
    for (const statusId of ['a|b c', 'a|b,c', 'a|b<c', 'a|b&c', 'สถานี|x', 'a'.repeat(900), `${'a'.repeat(900)}b`]) {
      for (const revision of [1, 2]) {
        for (const type of ['Alert', 'Update', 'Cancel'] as const) {
          const id = identifierOf({ statusId, revision }, type);
          assert.match(id, /^[^\s,<&]{1,200}$/);
          ids.add(id);
        }
      }
    }
    assert.equal(ids.size, 42);
  });

  it('keeps text from sensors as text, whatever it holds', () => {
    const evil = `</headline></info><info>&x; <![CDATA[ ]]> "'> --> <?php ?>`;
    const { alert } = compose(
      settings(),
      status('raised', 1, { name: evil, reason: evil, keyName: evil, zones: undefined }),
      'Alert',
      [],
      'live',
      NOW,
    );
    assert.deepEqual(faultsOf(alert), []);
    const read = check(toXml(alert));
    assert.equal(textOf(read, 'info', 'description'), evil);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...SEVERITIES),
        fc.constantFrom('raised', 'nodata', 'cleared'),
        (text, severity, state) => {
          const of = status(state as Status['state'], 1, {
            name: text,
            reason: text,
            keyName: text,
            key: text,
            severity,
          });
          const made = compose(settings(), of, 'Alert', [], 'live', NOW).alert;
          if (faultsOf(made).length === 0) check(toXml(made));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses what CAP does not allow', () => {
    const good = compose(settings(), status('raised', 1), 'Alert', [], 'live', NOW).alert;
    const bad: [Partial<CapAlert>, string][] = [
      [{ sender: 'a b' }, 'name'], [{ sender: 'a,b' }, 'name'], [{ sender: '' }, 'name'], [{ identifier: 'a<b' }, 'name'],
      [{ sent: '2026-02-14T01:10:00Z' }, 'time'], [{ sent: '2026-02-14T01:10:00+00:00' }, 'time'],
      [{ sent: '2026-02-14T01:10:00.5+07:00' }, 'time'], [{ status: 'Active' as never }, 'word'],
      [{ scope: 'Restricted' }, 'restriction'], [{ scope: 'Private' }, 'addresses'], [{ references: 'a,b' }, 'references'],
      [{ msgType: 'Update' }, 'references'], [{ info: [] }, 'info'],
      [{ info: [{ ...good.info[0]!, expires: good.sent }] }, 'expires'], [{ info: [{ ...good.info[0]!, headline: ' ' }] }, 'empty'],
      [{ info: [{ ...good.info[0]!, language: 'English!' }] }, 'language'],
      [{ info: [{ ...good.info[0]!, description: 'a\u0001b' }] }, 'text'],
      [{ info: [{ ...good.info[0]!, area: { areaDesc: 'x', polygons: ['1,2 3,4 1,2'], circles: [] } }] }, 'polygon'],
      [{ info: [{ ...good.info[0]!, area: { areaDesc: 'x', polygons: ['95,2 3,4 5,6 95,2'], circles: [] } }] }, 'polygon'],
      [{ info: [{ ...good.info[0]!, area: { areaDesc: 'x', polygons: [], circles: ['1,2'] } }] }, 'circle'],
    ]; // prettier-ignore
    assert.deepEqual(faultsOf(good), []);
    for (const [change, key] of bad) {
      assert.ok(
        faultsOf({ ...good, ...change }).some((fault) => fault.key === key),
        `${key}: ${JSON.stringify(change)}`,
      );
    }
  });
});

describe('CAP: draft, approve, send', () => {
  const is = (events: readonly CapEvent[]): string[] => events.map((event) => event.is);
  const approve = (desk: CapDesk, who = 'Ann', at = NOW): CapEvent[] =>
    desk.act({ act: 'approve', draftId: desk.drafts()[0]?.draftId, who }, at);

  it('sends nothing before a named person approves it, then refers to what was sent', () => {
    const desk = new CapDesk(settings());
    const [draft] = desk.take(status('raised', 1), 'live', NOW);
    assert.ok(draft?.is === 'draft');
    assert.equal(textOf(check(draft.xml), 'status'), 'Draft');
    assert.deepEqual(is(desk.take(status('updated', 2), 'live', NOW)), [], 'the draft that people see stands');
    assert.deepEqual(desk.act({ act: 'approve', draftId: draft.draft.draftId }, NOW)[0], {
      is: 'refused',
      fault: 'who',
      faults: [],
      raw: { act: 'approve', draftId: draft.draft.draftId },
    });
    assert.equal(
      (desk.act({ act: 'approve', draftId: 'x', who: 'Ann' }, NOW)[0] as { fault: string }).fault,
      'unknown',
    );
    const [alert] = approve(desk);
    assert.ok(alert?.is === 'message' && alert.message.who === 'Ann');
    const first = check(alert.message.xml);
    assert.equal(textOf(first, 'msgType'), 'Alert');
    desk.gone(alert.message);
    assert.deepEqual(
      approve(desk).map((event) => event.is),
      ['refused'],
      'not twice',
    );

    assert.deepEqual(is(desk.take(status('updated', 3), 'live', NOW)), [], 'nothing new to say');
    assert.deepEqual(is(desk.take(status('updated', 4, { severity: 'critical' }), 'live', NOW)), ['draft']);
    const [update] = approve(desk, 'Bo', NOW + 60_000);
    assert.ok(update?.is === 'message');
    desk.gone(update.message);
    const reference = (xml: Element): string =>
      [textOf(xml, 'sender'), textOf(xml, 'identifier'), textOf(xml, 'sent')].join(',');
    const second = check(update.message.xml);
    assert.deepEqual(
      [textOf(second, 'msgType'), textOf(second, 'references'), textOf(second, 'info', 'urgency')],
      ['Update', reference(first), 'Immediate'],
    );

    assert.deepEqual(is(desk.take(status('cleared', 5), 'live', NOW)), ['draft']);
    const [cancel] = approve(desk, 'Ann', NOW + 120_000);
    assert.ok(cancel?.is === 'message');
    const third = check(cancel.message.xml);
    assert.deepEqual(
      [
        textOf(third, 'msgType'),
        textOf(third, 'references'),
        textOf(third, 'info', 'responseType'),
        textOf(third, 'info', 'urgency'),
      ],
      ['Cancel', `${reference(first)} ${reference(second)}`, 'AllClear', 'Past'],
    );
    desk.gone(cancel.message);
    assert.equal(desk.knows(sampleStatus('raised').statusId), false);
  });

  it('withdraws a draft whose status is over, and one that is what was told again', () => {
    const desk = new CapDesk(settings());
    desk.take(status('raised', 1), 'live', NOW);
    assert.deepEqual(is(desk.take(status('cleared', 2), 'live', NOW)), ['withdrawn']);
    assert.deepEqual(desk.drafts(), []);
    desk.take(status('raised', 3), 'live', NOW);
    const [alert] = approve(desk);
    assert.ok(alert?.is === 'message');
    desk.gone(alert.message);
    desk.take(status('updated', 4, { severity: 'critical' }), 'live', NOW);
    assert.deepEqual(is(desk.take(status('updated', 5), 'live', NOW)), ['withdrawn'], 'back to what was told');
  });

  it('does not ask again for what was rejected, but for what is worse', () => {
    const desk = new CapDesk(settings());
    desk.take(status('raised', 1), 'live', NOW);
    const [rejected] = desk.act({ act: 'reject', draftId: desk.drafts()[0]!.draftId, who: 'Ann', why: 'no' }, NOW);
    assert.ok(rejected?.is === 'rejected' && rejected.why === 'no');
    assert.deepEqual(is(desk.take(status('updated', 2), 'live', NOW)), []);
    assert.deepEqual(is(desk.take(status('updated', 3, { severity: 'critical' }), 'live', NOW)), ['draft']);
    assert.equal(desk.drafts()[0]!.msgType, 'Alert', 'nothing was told yet');
  });

  it('keeps drafts and what was sent over a restart; what was approved and may not have gone out is sent as it was', () => {
    const before = new CapDesk(settings());
    before.take(status('raised', 1), 'live', NOW);
    const kept = [...before.changing()];
    const anew = (): CapDesk => {
      const one = new CapDesk(settings());
      for (const line of kept) one.restore(JSON.parse(line));
      assert.deepEqual([...one.whole()], [...new Map(kept.map((line) => [JSON.parse(line)[1], line])).values()]);
      return one;
    };
    const desk = anew();
    const [alert] = approve(desk);
    assert.ok(alert?.is === 'message');
    kept.push(...desk.changing());
    const crashed = anew();
    assert.deepEqual(crashed.outgoing(), [alert.message]);
    crashed.gone(alert.message);
    kept.push(...crashed.changing());
    const third = anew();
    assert.deepEqual([third.outgoing(), third.drafts()], [[], []]);
    third.take(status('cleared', 2), 'live', NOW);
    const [cancel] = approve(third);
    assert.ok(cancel?.is === 'message' && cancel.message.xml.includes(alert.message.identifier));
    third.gone(cancel.message);
    assert.match(
      [...third.changing()].join(),
      /^\["episode","sample\|[^"]*",null\]$/,
      'and forgotten when all is said',
    );
    for (const odd of [undefined, null, 5, [5], ['episode'], ['episode', 'x', {}], ['episode', 'x', { statusId: 1 }]]) {
      const empty = new CapDesk(settings());
      empty.restore(odd);
      assert.deepEqual([...empty.whole()], []);
    }
  });

  it('refuses to send what is not valid, and says what', () => {
    const desk = new CapDesk(settings({ sender: 'no body' }));
    const [draft] = desk.take(status('raised', 1), 'live', NOW);
    assert.ok(draft?.is === 'draft' && draft.faults.length > 0);
    const [refused] = approve(desk);
    assert.ok(refused?.is === 'refused' && refused.fault === 'invalid');
    assert.deepEqual(refused.faults[0], { key: 'name', where: 'sender' });
  });

  it('takes any nonsense for an act without a crash', () => {
    const desk = new CapDesk(settings());
    desk.take(status('raised', 1), 'live', NOW);
    fc.assert(
      fc.property(fc.anything(), (raw) => assert.deepEqual(is(desk.act(raw, NOW)), ['refused'])),
      { numRuns: 300 },
    );
    assert.equal(desk.drafts().length, 1);
  });

  it('what is drafted of a replay or a simulation has ids of its own, and says nothing for a file', () => {
    const of = (mode: 'live' | 'replay' | 'simulated'): string[] => {
      const desk = new CapDesk(settings(), realmOf(mode));
      desk.take(status('raised', 1), mode, NOW);
      assert.equal([...desk.changing()].length, mode === 'live' ? 1 : 0);
      const [draft] = desk.drafts();
      const [event] = approve(desk);
      assert.ok(draft !== undefined && event?.is === 'message');
      return [draft.draftId, event.message.identifier];
    };
    const { statusId } = sampleStatus('raised');
    const [real, simulated, replay] = [of('live'), of('simulated'), of('replay')];
    assert.equal(real[0], `${statusId}|1|Alert`);
    assert.equal(real[1], identifierOf({ statusId, revision: 1 }, 'Alert'));
    assert.deepEqual([simulated[0], replay[0]], [`${real[0]}|simulated`, `${real[0]}|replay`]);
    assert.equal(new Set([real[1], simulated[1], replay[1]]).size, 3, 'nobody takes an exercise for the warning');
  });

  it('takes over what a version before has kept, and a message of another desk for none of its own', () => {
    const desk = new CapDesk(settings());
    desk.take(status('raised', 1), 'live', NOW);
    const [, id, episode] = JSON.parse([...desk.whole()][0]!) as [string, string, object];
    const later = new CapDesk(settings());
    later.restore(['episode', id, { ...episode, unreal: false }]);
    assert.deepEqual(later.drafts(), desk.drafts());
    const [alert] = approve(later);
    assert.ok(alert?.is === 'message');
    later.gone({ ...alert.message, identifier: 'of a replay' });
    assert.deepEqual(later.outgoing(), [alert.message]);
  });
});
