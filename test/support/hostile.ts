/** Texts that somebody may send in order to be taken for more than a text: SQL, HTML, XML, templates, paths, topics, headers, formulas. */
export const NASTY: readonly string[] = [
  "' OR 1=1 --", '"; DROP TABLE entries; --', '1; ATTACH DATABASE "x"', '%', '_', '\\', "\\' UNION SELECT 1", '$1', ':alarm',
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg/onload=1>', '&lt;b&gt;', ']]>', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  '{{constructor}}', '${7*7}', '__proto__', 'constructor', 'toString', '#{1+1}', '<%= 1 %>', '{{{a}}}', '__name__',
  '../../etc/passwd', '..%2f..%2f', '/etc/passwd', 'C:\\x', '.', '..', '%00', '\u0000', '\u202e', '\ufeff', '\ud800', '😀', 'ก'.repeat(100),
  '#', '+', '+/#', '$SYS/#', 'a/b', 'x\r\nSet-Cookie: a=1', 'x\nevent: alarm', '\t', '=1+1', '@SUM(A1)', '-2+3', 'NaN', 'Infinity', '-1', '1e999', 'null', 'undefined', '[]', '{}', 'true',
]; // prettier-ignore
