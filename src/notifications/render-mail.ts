import type { MessageText } from './messages.js';

/** Makes the plain text, which comes first, and the HTML of a message. */
export function renderMail(message: MessageText, appName: string): { text: string; html: string } {
  const { paragraphs, action, footnote } = message;
  const text = [...paragraphs, ...(action ? [`${action.label}: ${action.link}`] : []), ...(footnote ? [footnote] : [])];
  return { text: `${text.join('\n\n')}\n\n-- \n${appName}\n`, html: renderHtml(message, appName) };
}

/** Mail readers know little CSS, so the few styles stand on the elements. */
function renderHtml({ subject, paragraphs, action, footnote }: MessageText, appName: string): string {
  const button = action
    ? `<p style="margin:28px 0"><a href="${escapeHtml(action.link)}" style="background:#1f5fbf;color:#fff;padding:12px 20px;` +
      `border-radius:6px;text-decoration:none;display:inline-block">${escapeHtml(action.label)}</a></p>`
    : '';
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('');
  const small = footnote ? `<p style="color:#667;font-size:13px">${escapeHtml(footnote)}</p>` : '';
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="font:16px/1.5 system-ui,sans-serif;color:#223;max-width:34em;margin:0 auto;padding:24px">` +
    `<p style="font-weight:600">${escapeHtml(appName)}</p>${body}${button}${small}</body></html>`
  );
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
