/** Entity tags (RFC 9110, 8.8.3): the same text has the same tag. */
import { createHash } from 'node:crypto';

export function tagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

/** The tags of If-Match or If-None-Match; a proxy may have made them weak. */
export function tagsOf(header: string): string[] {
  return header.split(',', 20).map((tag) => tag.trim().replace(/^W\//, ''));
}
