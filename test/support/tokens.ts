/** Tokens for the web interface of a journal, with the secrets that only whoever they were given to knows. */
import { hashToken, newToken, type Role, type Token } from '../../nodes/city-journal/rest/tokens';

/** @param secrets gets the new one under the name */
export function giveToken(secrets: Record<string, string>, name: string, role: Role, zones?: string[]): Token {
  const secret = (secrets[name] = newToken());
  return { name, role, hash: hashToken(secret), ...(zones && { zones }) };
}
