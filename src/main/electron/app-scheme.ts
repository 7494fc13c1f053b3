/** The window's pages come from `app://viewer/`, which serves the built renderer and nothing else, and never the network. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';

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
  session.protocol.handle('app', (request) => respond(new URL(request.url), folder));
  session.webRequest.onBeforeRequest((details, answer) => {
    const allowed = ['app:', 'data:', 'blob:', 'devtools:'].includes(new URL(details.url).protocol);
    answer({ cancel: !allowed });
  });
}

async function respond(url: URL, folder: string): Promise<Response> {
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

function notFound(): Response {
  return response(404, 'text/plain', 'Not found');
}

function response(status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  });
}
