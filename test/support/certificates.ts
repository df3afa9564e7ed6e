/** Certificates for tests, made anew each time: none of them is worth anything, and none lies in the repository. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Pair {
  key: string;
  cert: string;
}

export interface Certificates {
  /** Of the authority that signed all but `selfSigned`. */
  ca: string;
  good: Pair;
  /** Ended yesterday. */
  expired: Pair;
  /** Made out to another host. */
  otherName: Pair;
  selfSigned: Pair;
}

const HERE = 'IP:127.0.0.1';

/** @throws Error that says how to get openssl, where it is missing */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(path.join(tmpdir(), 'city-events-certificates-'));
  const run = (...args: string[]): void => {
    try {
      execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    } catch (error) {
      throw new Error(`openssl ${args.join(' ')}: ${String(error)} (on Debian or Ubuntu: apt-get install openssl)`, {
        cause: error,
      });
    }
  };
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const pair = (name: string): Pair => ({ key: read(`${name}.key`), cert: read(`${name}.pem`) });
  /** A key, and what is to be signed with it. */
  const request = (name: string, subject: string, host: string, ...more: string[]): void =>
    run('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', subject, '-addext', `subjectAltName=${host}`, ...more); // prettier-ignore
  const own = (name: string, subject: string): Pair => {
    request(name, subject, HERE, '-x509', '-days', '2', '-out', `${name}.pem`);
    return pair(name);
  };
  const signed = (name: string, host: string, days: string): Pair => {
    request(name, '/CN=test', host, '-out', `${name}.csr`);
    run('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy', '-days', days, '-out', `${name}.pem`); // prettier-ignore
    return pair(name);
  };
  try {
    const ca = own('ca', '/CN=Test authority').cert;
    return {
      ca,
      good: signed('good', HERE, '2'),
      expired: signed('expired', HERE, '-1'),
      otherName: signed('other', 'DNS:elsewhere.example', '2'),
      selfSigned: own('self', '/CN=self'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
