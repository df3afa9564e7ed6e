import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTemplate, fillTemplate, oneLine, plainText, usedPlaceholders } from '../../nodes/ecdm/template';
import { sampleStatus, statusFields, timeText } from '../../nodes/ecdm/status-fields';

const fields = (more: Record<string, string>): Map<string, string> => new Map(Object.entries(more));

describe('texts with place holders', () => {
  it('puts the fields in, with or without blanks', () => {
    assert.equal(
      fillTemplate('{{name}} at {{ keyName }}!', fields({ name: 'Smog', keyName: 'Zone 3' })),
      'Smog at Zone 3!',
    );
  });

  it('leaves unknown and unclosed ones visible, and says so with what was meant', () => {
    const text = 'A {{nmae}} b {{constructor}} c {{name';
    assert.equal(fillTemplate(text, fields({ name: 'x' })), text);
    const mistakes = checkTemplate(text);
    assert.deepEqual(
      mistakes.map((m) => [m.code, m.at]),
      [
        ['unknown', 2],
        ['unknown', 13],
        ['unclosed', 31],
      ],
    );
    assert.equal(mistakes[0]?.meant, '{{name}}');
    assert.deepEqual(checkTemplate('{{name}} {{since}}'), []);
  });

  it('leaves a known one that there is nothing for empty', () => {
    assert.equal(fillTemplate('[{{until}}]', new Map()), '[]');
  });

  it('never looks at what it put in', () => {
    assert.equal(fillTemplate('{{reason}} {{name}}', fields({ reason: '{{name}}', name: 'n' })), '{{name}} n');
    assert.equal(fillTemplate('{{{name}}}', fields({ name: '{name}' })), '{{{name}}}');
    assert.equal(fillTemplate('{{name}}', fields({ name: '$& $1 <b>' })), '$& $1 <b>');
  });

  it('knows no prototypes', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal(fillTemplate(`{{${name}}}`, fields({ name: 'x' })), `{{${name}}}`);
    }
  });

  it('takes control characters and direction marks out of values, keeps lines', () => {
    assert.equal(fillTemplate('{{name}}', fields({ name: 'a\u0000b\u001b[31m\u202ec\nd' })), 'ab[31mc\nd');
    assert.equal(oneLine('Subject\r\nBcc: all@example.org'), 'Subject Bcc: all@example.org');
  });

  it('is bounded', () => {
    assert.equal(fillTemplate('{{name}}'.repeat(600), fields({ name: 'x'.repeat(1e6) })).length, 5000);
    assert.equal(plainText('x'.repeat(10_000)).length, 2001);
    assert.equal(checkTemplate('x'.repeat(6000))[0]?.code, 'too-long');
    assert.ok(checkTemplate('{{q}}'.repeat(1000)).length <= 10);
  });

  it('encodes values only', () => {
    const url = fillTemplate('http://x/{{key}}?n={{name}}', fields({ key: 'a/b', name: 'ก&c' }), encodeURIComponent);
    assert.equal(url, 'http://x/a%2Fb?n=%E0%B8%81%26c');
  });

  it('lists what a text uses', () => {
    assert.deepEqual(usedPlaceholders('{{name}} {{name}} {{x}} {{key}}'), ['name', 'key']);
  });

  it('survives any text in any place, and gives back text without place holders unchanged', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (template, value) => {
        const out = fillTemplate(template, fields({ name: value }));
        assert.ok(out.length <= 5000);
        if (!template.includes('{{')) assert.equal(out, template);
        checkTemplate(template);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what the place holders of a status stand for', () => {
  it('times are told as they are written where no zone is asked for', () => {
    assert.equal(timeText('en-US', '2026-01-05T08:00:00+07:00'), '5 Jan 2026 08:00');
    assert.equal(timeText('en-US', '2026-01-05T08:00:00-03:30'), '5 Jan 2026 08:00');
    assert.equal(timeText('en-US', '2026-01-05T01:00:00Z'), '5 Jan 2026 01:00');
    assert.equal(timeText('en-US', '2026-01-05T08:00:00+07:00', 'UTC'), '5 Jan 2026 01:00');
    assert.equal(timeText('en-US', 'soon'), 'soon');
  });

  it('is in English with local times', () => {
    const all = statusFields(sampleStatus('cleared'), 'en-US', 'Asia/Bangkok');
    assert.equal(all.get('state'), 'back to normal');
    assert.equal(all.get('since'), '14 Feb 2026 08:00');
    assert.equal(all.get('until'), '14 Feb 2026 10:30');
    assert.equal(all.get('duration'), '2 h 30 min');
    assert.equal(all.get('value'), '104.5');
    assert.equal(all.get('unit'), 'µg/m³');
    assert.equal(all.get('zones'), 'Thap Thiang');
  });

  it('is in Thai', () => {
    const all = statusFields(sampleStatus('raised', true), 'th', 'Asia/Bangkok');
    assert.equal(all.get('state'), 'เกิดเหตุ');
    assert.equal(all.get('severity'), 'รุนแรง');
    assert.equal(all.get('mode'), 'จำลอง');
    assert.match(all.get('since') ?? '', /ก\.พ\./);
  });

  it('is empty, never wrong, where times are not times', () => {
    const status = { ...sampleStatus('raised'), since: 'yesterday', updated: 'now' };
    const all = statusFields(status, 'en-US', 'No/Where');
    assert.equal(all.get('since'), 'yesterday');
    assert.equal(all.get('duration'), '');
  });
});
