/** The window's pages come from `app://viewer/`, which serves the built renderer and nothing else, and never the network. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type ProtocolResponse, type Session } from 'electron';
import { log } from './log.ts';

export const APP_ORIGIN = 'app://viewer';
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine and the virtual grid set styles from script.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'none'",
  "worker-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves `folder` under {@link APP_ORIGIN} in this session, and lets no other request out of it. */
export function serveApp(session: Session, folder: string): void {
  // Not `handle`: that loads a whole HTTP client (undici) into every start, for the classes of requests and answers alone.
  session.protocol.registerBufferProtocol('app', (request, answer) => {
    respond(new URL(request.url), folder).then(answer, (error: unknown) => {
      log(`a part of the window can’t be read: ${String(error)}`);
      // net::ERR_FAILED
      answer({ error: -2 });
    });
  });
  session.webRequest.onBeforeRequest((details, answer) => {
    const allowed = ['app:', 'data:', 'blob:', 'devtools:'].includes(new URL(details.url).protocol);
    answer({ cancel: !allowed });
  });
}

async function respond(url: URL, folder: string): Promise<ProtocolResponse> {
  const path = normalize(join(folder, decodeURIComponent(url.pathname)));
  const type = CONTENT_TYPES[extname(path)];
  if (`${url.protocol}//${url.host}` !== APP_ORIGIN || type === undefined || !path.startsWith(folder + sep))
    return notFound();
  try {
    return response(200, type, await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return notFound();
    throw error;
  }
}

function notFound(): ProtocolResponse {
  return response(404, 'text/plain', Buffer.from('Not found'));
}

function response(statusCode: number, mimeType: string, data: Buffer): ProtocolResponse {
  return {
    statusCode,
    mimeType,
    data,
    headers: {
      'Content-Type': mimeType,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  };
}
