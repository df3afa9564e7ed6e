/**
 * What somebody may send in order to be taken for more than it is. Named, so that a failing test says which it was; more than a
 * hundred kinds with {@link SHAPES}.
 */

/** Texts: SQL, HTML, XML, templates, paths, topics, headers, formulas. */
const TEXTS: Readonly<Record<string, string>> = {
  'SQL: always true': "' OR 1=1 --", 'SQL: a second statement': '"; DROP TABLE entries; --', 'SQL: another file': '1; ATTACH DATABASE "x"', 'SQL: any text': '%', 'SQL: any letter': '_',
  'SQL: an escape': '\\', 'SQL: an escaped quote': "\\' UNION SELECT 1", 'SQL: a place of PostgreSQL': '$1', 'SQL: a named place': ':alarm',
  'HTML: a script': '<script>alert(1)</script>', 'HTML: an image that fails': '<img src=x onerror=alert(1)>', 'HTML: out of an attribute': '"><svg/onload=1>', 'HTML: encoded': '&lt;b&gt;',
  'XML: the end of CDATA': ']]>', 'XML: an entity of a file': '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  'template: Angular': '{{constructor}}', 'template: literal': '${7*7}', 'name: __proto__': '__proto__', 'name: constructor': 'constructor', 'name: toString': 'toString',
  'template: Ruby': '#{1+1}', 'template: ERB': '<%= 1 %>', 'template: unescaped': '{{{a}}}', 'template: translation': '__name__',
  'path: upwards': '../../etc/passwd', 'path: upwards, encoded': '..%2f..%2f', 'path: absolute': '/etc/passwd', 'path: Windows': 'C:\\x', 'path: here': '.', 'path: up': '..', 'path: encoded zero': '%00',
  'letter: zero': '\u0000', 'letter: right to left': '\u202e', 'letter: byte order mark': '\ufeff', 'letter: half a pair': '\ud800', 'letter: a pair': '😀', 'letter: a hundred Thai ones': 'ก'.repeat(100),
  'topic: all below': '#', 'topic: any level': '+', 'topic: both': '+/#', 'topic: of the broker': '$SYS/#', 'topic: a level more': 'a/b',
  'header: a line more': 'x\r\nSet-Cookie: a=1', 'stream: a field more': 'x\nevent: alarm', 'letter: tab': '\t',
  'formula: equals': '=1+1', 'formula: at': '@SUM(A1)', 'formula: minus': '-2+3', 'number: NaN': 'NaN', 'number: infinite': 'Infinity', 'number: negative': '-1', 'number: too large': '1e999',
  'word: null': 'null', 'word: undefined': 'undefined', 'JSON: a list': '[]', 'JSON: an object': '{}', 'word: true': 'true',
}; // prettier-ignore
export const NASTY: readonly string[] = Object.values(TEXTS);

/** Texts that only messages bring: in an address they are refused for their length or their letters alone. */
const MORE_TEXTS: Readonly<Record<string, string>> = {
  'SQL: waits': "'; SELECT pg_sleep(10); --", 'SQL: a program': "'; COPY x FROM PROGRAM 'id'; --", 'SQL: a comment': "admin'/*", 'SQL: zero in a text': "a\u0000' OR 1",
  'HTML: an address that runs': 'javascript:alert(1)', 'HTML: an address that is data': 'data:text/html,<script>1</script>', 'HTML: a style': '<style>*{background:url(//evil.example)}</style>', 'HTML: a comment': '<!--',
  'HTML: an entity without end': '&#x3c;script', 'XML: a billion laughs': '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>', 'XML: a command': '<?xml-stylesheet href="//evil.example"?>', 'XML: a forbidden letter': 'a\u0008b',
  'template: Jinja': "{{''.__class__.__mro__}}", 'template: Mustache': '{{#a}}{{/a}}', 'template: JSONata': '$eval("1")', 'template: Node-RED': '${HOME}', 'template: our own': '{{parameters.x}}{{statusId}}',
  'path: twice encoded': '%252e%252e%252f', 'path: UTF-8 too long': '%c0%ae%c0%ae/', 'path: a semicolon': '..;/admin', 'path: a query': '?admin=1', 'path: a fragment': '#top', 'path: a share': '\\\\evil.example\\x', 'path: a file': 'file:///etc/passwd',
  'host: another': '@evil.example/', 'host: a port': ':1@evil.example', 'host: an address': '//evil.example/x', 'topic: zero': 'a\u0000b', 'topic: a long one': 'a'.repeat(70_000), 'topic: shared': '$share/g/#',
  'header: two lines more': 'x\r\n\r\n<html>', 'header: a line by Unicode': 'x\u2028Set-Cookie: a=1', 'header: a length': 'x\r\nContent-Length: 0', 'shell: a command': '$(id)', 'shell: in quotes': '`id`', 'shell: a pipe': '| id', 'code: required': "require('child_process').exec('id')",
  'format: C': '%s%n%x', 'log: another line': 'x\n[error] all is lost', 'letter: half a pair at the end': 'abc\udfff', 'letter: many marks': 'e\u0301'.repeat(500), 'letter: of no width': 'ad\u200bmin', 'letter: alike': 'аdmin',
  'regular expression: slow': '(a+)+$', 'JSON: __proto__': '{"__proto__":{"polluted":1}}', 'token: of no algorithm': 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.', 'token: alike': `ce_${'A'.repeat(43)}`, 'length: a megabyte': 'x'.repeat(1_000_000),
}; // prettier-ignore

/** Things that are no text. */
const SHAPES: Readonly<Record<string, unknown>> = {
  'shape: null': null, 'shape: true': true, 'shape: a number': 7, 'shape: not a number': NaN, 'shape: infinite': Infinity, 'shape: a list': [], 'shape: a list of lists': [[['x']]], 'shape: an object': {},
  'shape: an operator': { $gt: '' }, 'shape: __proto__': JSON.parse('{"__proto__":{"polluted":1}}'), 'shape: constructor': JSON.parse('{"constructor":{"prototype":{"polluted":1}}}'),
  'shape: says what it is not': { toString: 'x', valueOf: 1 }, 'shape: deep': JSON.parse('['.repeat(3000) + ']'.repeat(3000)), 'shape: wide': Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i])), 'shape: bytes': Buffer.from('DROP'),
}; // prettier-ignore

/** Every kind by its name. */
export const HOSTILE: readonly (readonly [name: string, value: unknown])[] = [
  ...Object.entries(TEXTS),
  ...Object.entries(MORE_TEXTS),
  ...Object.entries(SHAPES),
];
