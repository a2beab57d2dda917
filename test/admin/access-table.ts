/**
 * Who may call what of the API (CONTROLS 1). A star stands for a parameter. First word of a line: `everyone`; `session`,
 * a person's own session of any role; a scope, a session or a token of OAuth that has it; `staff`, a session of an
 * admin or of compliance; `admin`, one of an admin. `fresh` at the end: with a sign-in of the last 15 minutes.
 */
export const ACCESS = `
everyone         POST   /api/v1/accounts
everyone         POST   /api/v1/accounts/confirm
everyone         POST   /api/v1/accounts/send_confirmation_instructions
account:read     GET    /api/v1/accounts/me
session          PUT    /api/v1/accounts/password

everyone         POST   /api/v1/sessions
session          GET    /api/v1/sessions
session          DELETE /api/v1/sessions/current
session          DELETE /api/v1/sessions/*

everyone         POST   /api/v1/security/reset_password
everyone         PUT    /api/v1/security/reset_password
session          POST   /api/v1/security/renew
session          POST   /api/v1/security/generate_qrcode
session          POST   /api/v1/security/enable_2fa
session          POST   /api/v1/security/verify_code
session          POST   /api/v1/security/disable_2fa
session          POST   /api/v1/security/recovery_codes

profile:read     GET    /api/v1/profiles/me
profile:write    POST   /api/v1/profiles
documents:read   GET    /api/v1/documents
documents:write  POST   /api/v1/documents
phones:write     POST   /api/v1/phones
phones:write     POST   /api/v1/phones/verify
labels:read      GET    /api/v1/labels
labels:read      GET    /api/v1/labels/*
labels:write     POST   /api/v1/labels
labels:write     PATCH  /api/v1/labels/*
labels:write     DELETE /api/v1/labels/*

staff            GET    /api/v1/admin/accounts
staff            GET    /api/v1/admin/accounts/*
admin            PATCH  /api/v1/admin/accounts/* fresh
admin            DELETE /api/v1/admin/accounts/* fresh
admin            DELETE /api/v1/admin/accounts/*/sessions
admin            GET    /api/v1/admin/accounts/*/labels
admin            POST   /api/v1/admin/accounts/*/labels
admin            PATCH  /api/v1/admin/accounts/*/labels/*
admin            DELETE /api/v1/admin/accounts/*/labels/*
admin            POST   /api/v1/admin/accounts/*/otp_recovery fresh
admin            PUT    /api/v1/admin/accounts/*/otp_recovery fresh
staff            GET    /api/v1/admin/accounts/*/profile
staff            PUT    /api/v1/admin/accounts/*/profile/state
staff            GET    /api/v1/admin/profiles
staff            GET    /api/v1/admin/accounts/*/documents
staff            GET    /api/v1/admin/documents/*/file
staff            PUT    /api/v1/admin/documents/*/state
admin            GET    /api/v1/admin/applications
admin            POST   /api/v1/admin/applications fresh
admin            GET    /api/v1/admin/applications/*
admin            PATCH  /api/v1/admin/applications/* fresh
admin            DELETE /api/v1/admin/applications/* fresh
admin            POST   /api/v1/admin/applications/*/rotate_secret fresh
admin            GET    /api/v1/admin/websites
admin            POST   /api/v1/admin/websites
admin            GET    /api/v1/admin/websites/*
admin            PATCH  /api/v1/admin/websites/*
admin            DELETE /api/v1/admin/websites/* fresh
admin            GET    /api/v1/admin/webhooks
admin            POST   /api/v1/admin/webhooks fresh
admin            GET    /api/v1/admin/webhooks/*
admin            PATCH  /api/v1/admin/webhooks/* fresh
admin            DELETE /api/v1/admin/webhooks/* fresh
admin            POST   /api/v1/admin/webhooks/*/rotate_secret fresh
admin            GET    /api/v1/admin/webhooks/*/deliveries
admin            POST   /api/v1/admin/webhooks/*/deliveries/*/retry
admin            POST   /api/v1/admin/webhooks/*/test
admin            GET    /api/v1/admin/audit
admin            GET    /api/v1/admin/outbox
admin            POST   /api/v1/admin/outbox/*/retry
`;

function linesOfTable(): { route: string; who: string; isFresh: boolean }[] {
  const lines = ACCESS.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [who = '', method = '', path = '', more] = line.split(/ +/);
    return { route: `${method} ${path}`, who, isFresh: more === 'fresh' };
  });
}

/** Route name, as routesOf tells it, → who may call it. */
export function accessTable(): Map<string, string> {
  return new Map(linesOfTable().map(({ route, who }) => [route, who]));
}

/** Names of routes that want a recent sign-in whatever is asked of them. */
export function freshRoutes(): string[] {
  return linesOfTable()
    .filter(({ isFresh }) => isFresh)
    .map(({ route }) => route);
}
