/** What the form of a rule refuses that could be run: the same as the text of the rule and the check of a definition. */
import assert from 'node:assert/strict';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import { checkFault } from '../../nodes/pattern-status/form/check-fault';

const fault = (more: Partial<StatusDefinition>, language = 'en-US') =>
  checkFault(
    { id: 's', name: 'S', when: { op: 'event', event: 'A' }, per: { by: 'station' }, severity: 'warning', ...more },
    language,
  );

describe('what the form of a rule refuses', () => {
  it('lengths of zero, at their own field', () => {
    assert.equal(fault({ for: '5 min', flapping: { raises: 2, in: '1 min', steady: '1 s' } }), undefined);
    assert.deepEqual(fault({ flapping: { raises: 2, in: '0 s', steady: '5 min' } }), {
      path: 'flapping.in',
      message: 'Must be longer than zero. Write for example "30 min".',
    });
    assert.deepEqual(fault({ flapping: { raises: 2, in: '5 min', steady: '0 min' } }), {
      path: 'flapping.steady',
      message: 'Must be longer than zero. Write for example "15 min".',
    });
    assert.equal(fault({ for: '0 s' })?.path, 'for');
    assert.match(fault({ flapping: { raises: 2, in: '0 s', steady: '5 min' } }, 'th')!.message, /^\p{Script=Thai}/u);
  });
});
