import type { Texts } from '../english/english.js';

/** `2 días`, de milisegundos. */
function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return minutes === 1 ? '1 minuto' : `${minutes} minutos`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return hours === 1 ? '1 hora' : `${hours} horas`;
  return `${Math.round(hours / 24)} días`;
}

export const consoleAccounts: Texts['consoleAccounts'] = {
  roles: { member: 'Miembro', compliance: 'Cumplimiento', admin: 'Administración' },
  states: { pending: 'Sin confirmar', active: 'Activa', locked: 'Bloqueada', banned: 'Expulsada' },
  levels: ['0 · Nueva', '1 · Correo confirmado', '2 · Teléfono verificado', '3 · Identidad aprobada'],
  profileStates: { pending: 'Espera revisión', approved: 'Aprobado', rejected: 'Rechazado' },
  dashboard: {
    lead: 'Cómo va el servicio. Los días se cuentan según UTC.',
    duration,
    waiting: 'Verificaciones en espera',
    oldestWaits: (time) => `La más antigua espera desde hace ${time}`,
    nothingWaits: 'Nadie espera.',
    failed: 'Mensajes fallidos',
    failedHint: 'Correos y mensajes que no se pudieron enviar. Míralos y envíalos de nuevo.',
    noneFailed: 'Todo se ha enviado.',
    accounts: 'Cuentas',
    accountsHint: 'Todas, de cualquier nivel y estado.',
    range: 'Días en los gráficos',
    lastDays: (days) => `Últimos ${days} días`,
    day: 'Día',
    total: (count, days) => `${count} en ${days} días`,
    describe: (title, from, to) => `${title} por día, del ${from} al ${to}. Las cifras están en la tabla de abajo.`,
    asTable: 'Mostrar las cifras',
    byLevel: 'Cuentas por nivel',
    fresh: 'Los gráficos y los niveles tienen como mucho un minuto; lo que espera y lo que falló se cuenta ahora.',
    charts: {
      signUps: 'Registros',
      signIns: 'Inicios de sesión',
      failures: 'Inicios de sesión fallidos',
      reviews: 'Verificaciones',
      submitted: 'Enviadas',
      reviewed: 'Decididas',
    },
  },
  list: {
    lead: 'Todas las personas que tienen una cuenta aquí.',
    search: 'Correo electrónico o UID',
    searchHint: 'Basta con el comienzo.',
    role: 'Función',
    state: 'Estado',
    level: 'Nivel',
    any: 'Cualquiera',
    submit: 'Buscar',
    clear: 'Mostrar todas',
    total: (count, isExact) => {
      if (count === '1') return '1 cuenta';
      return isExact ? `${count} cuentas` : `Unas ${count} cuentas`;
    },
    empty: 'Ninguna cuenta coincide.',
    caption: 'Cuentas, las más nuevas primero',
    email: 'Correo electrónico',
    uid: 'UID',
    secondFactor: 'Segundo factor',
    since: 'Desde',
    on: 'Activado',
    off: 'Desactivado',
  },
  account: {
    lead: (uid) => `Cuenta ${uid}`,
    back: 'Todas las cuentas',
    own: 'Esta es tu propia cuenta. La cambias en Mi cuenta; nadie cambia su propia función ni su propio estado.',
    facts: 'Cuenta',
    created: 'Creada',
    changed: 'Cambiada',
    levels: 'Niveles',
    steps: ['Correo electrónico confirmado', 'Número de teléfono verificado', 'Identidad aprobada'],
    stepDone: 'hecho',
    identity: 'Identidad',
    profile: 'Perfil',
    noProfile: 'No ha enviado ninguno',
    documents: 'Documentos',
    look: 'Ver el perfil y los documentos',
    lookHint: 'Queda registrado que los has visto.',
    phones: 'Números de teléfono',
    noPhones: 'Ningún número de teléfono.',
    verified: 'Verificado',
    notVerified: 'Sin verificar',
    phone: 'Número',
    country: 'País',
    phoneState: 'Estado',
    liveSessions: 'Sesión abierta',
    liveCount: (count) => (count === 1 ? 'en un lugar' : `en ${count} lugares`),
    labelCount: 'Etiquetas',
  },
  sessions: {
    title: 'Sesiones',
    lead: 'Dónde tiene la cuenta una sesión abierta.',
    empty: 'Ninguna sesión abierta.',
    caption: 'Sesiones, las más nuevas primero',
    place: 'En',
    pages: 'Nuestras páginas',
    device: 'Dispositivo',
    ip: 'Dirección',
    since: 'Desde',
    lastSeen: 'Última actividad',
    end: 'Cerrar todas las sesiones…',
    consequence:
      'Todas las sesiones terminan ahora mismo y ningún token entregado sigue valiendo. Las aplicaciones tendrán que preguntar de nuevo a la persona.',
    submit: 'Cerrar todas las sesiones de esta cuenta',
  },
  labels: {
    title: 'Etiquetas',
    lead: 'Datos sobre la cuenta. Las públicas las escribe su dueño; las privadas solo el personal, y las aplicaciones nunca las ven.',
    empty: 'Ninguna etiqueta.',
    scopes: { public: 'Pública', private: 'Privada' },
    key: 'Clave',
    keyHint: 'De 3 a 255 de a-z, 0-9, _ y -',
    value: 'Valor',
    scope: 'Alcance',
    change: 'Cambiar',
    save: 'Guardar',
    remove: 'Eliminar esta etiqueta',
    add: 'Añadir una etiqueta',
    addSubmit: 'Añadir',
  },
  activity: {
    title: 'Actividad',
    lead: 'Lo último que se hizo con esta cuenta.',
    empty: 'Todavía nada.',
    caption: 'Actividad, lo más nuevo primero',
    when: 'Cuándo',
    what: 'Qué',
    by: 'Quién',
    owner: 'Su dueño',
    nobody: 'Nadie con sesión',
    ip: 'Dirección',
    all: 'Todo, en el registro de auditoría',
  },
  actions: {
    title: 'Acciones',
    access: 'Cambiar función o estado',
    recovery: 'Quitar el segundo factor',
    delete: 'Eliminar la cuenta',
  },
  access: {
    title: 'Función y estado',
    lead: (email) => <>De {email}. Vale desde este momento: todas las sesiones de la cuenta terminan.</>,
    role: 'Función',
    state: 'Estado',
    roleHint: 'Administración lo hace todo aquí. Cumplimiento lee cuentas y decide sobre perfiles y documentos.',
    stateHint: 'Las cuentas bloqueadas o expulsadas no pueden iniciar sesión.',
    submit: 'Guardar',
  },
  recovery: {
    title: 'Quitar el segundo factor',
    lead: (email) => (
      <>
        De {email}, que ha perdido el dispositivo y no tiene códigos de recuperación. Una persona de administración lo
        pide y otra lo aprueba en el plazo de un día. El dueño recibe aviso de ambas cosas.
      </>
    ),
    off: 'La cuenta no tiene segundo factor.',
    reason: 'Motivo',
    reasonHint: 'Cómo sabes que es de verdad esta persona. Sin datos personales: queda en el registro de auditoría.',
    reasonMissing: 'Indica el motivo.',
    request: 'Pedir que se quite',
    again: 'Pedirlo de nuevo',
    waiting: 'Una solicitud espera',
    by: 'Pedida por',
    at: 'Pedida',
    until: 'Vale hasta',
    consequence: 'Si apruebas, el segundo factor desaparece y todas las sesiones de la cuenta terminan.',
    approve: 'Aprobar y quitarlo',
    another: 'Lo pediste tú. Debe aprobarlo otra persona de administración.',
  },
  deletion: {
    title: 'Eliminar la cuenta',
    lead: (email) => (
      <>
        {email} se elimina para siempre, con su perfil, documentos, teléfonos, etiquetas y sesiones. El registro de
        auditoría se conserva. No hay vuelta atrás.
      </>
    ),
    confirm: (uid) => <>Para confirmar, escribe el UID {uid}</>,
    submit: 'Eliminar para siempre',
    wrong: 'Este no es el UID de la cuenta.',
    cancel: 'Conservar la cuenta',
  },
  done: {
    changed: 'La función y el estado son los que elegiste.',
    sessions_ended: 'Se han cerrado todas las sesiones de la cuenta.',
    label_created: 'La etiqueta está puesta.',
    label_changed: 'La etiqueta ha cambiado.',
    label_deleted: 'La etiqueta ya no está.',
    recovery_requested:
      'Otra persona de administración puede aprobarlo en el plazo de un día. El dueño ha recibido aviso.',
    recovery_approved: 'El segundo factor ya no está. El dueño ha recibido aviso.',
    deleted: 'La cuenta está eliminada.',
    reviewed: 'Tu decisión vale. La persona ha recibido aviso.',
  },
};
