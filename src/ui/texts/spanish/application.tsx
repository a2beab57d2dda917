import type { Texts } from '../english/english.js';

export const application: Texts['application'] = {
  toContinueTo: (name) => <>para continuar en {name}</>,
  cancel: 'Cancelar y volver',
  consent: {
    title: '¿Estás de acuerdo?',
    wouldLike: (name) => <>{name} quiere:</>,
    lasts: 'Conserva este acceso hasta 90 días, también mientras no estás.',
    ends: 'Su acceso termina cuando cierras la sesión o lo retiras en tu cuenta.',
    goBack: (host) => <>Volverás a {host}.</>,
    submit: 'De acuerdo',
    yourDevice: 'tu dispositivo',
  },
  scopes: {
    openid: 'Saber que eres tú',
    profile: 'Ver tu nombre y tu fecha de nacimiento',
    email: 'Ver tu correo electrónico',
    phone: 'Ver tu número de teléfono',
    offline_access: 'Conservar este acceso cuando no estás',
    'account:read': 'Ver tu cuenta: su nivel, su función y su estado',
    'profile:read': 'Ver tu perfil de identidad',
    'profile:write': 'Enviar tu perfil de identidad',
    'documents:read': 'Ver qué documentos de identidad enviaste',
    'documents:write': 'Enviar documentos de identidad',
    'phones:write': 'Añadir y verificar números de teléfono',
    'labels:read': 'Ver tus etiquetas públicas',
    'labels:write': 'Cambiar tus etiquetas públicas',
  },
  level: {
    title: 'Un paso más',
    lead: (name) => `${name} trabaja con cuentas que han dado estos pasos:`,
    steps: ['Correo electrónico confirmado', 'Número de teléfono verificado', 'Identidad aprobada'],
    stepDone: 'hecho',
    identity: 'Envía tu perfil y una imagen de un documento de identidad. Los revisamos, normalmente en un día.',
    identityStart: 'Ir a mi identidad',
    identityWaiting:
      'Estamos revisando lo que enviaste. Te escribiremos en cuanto esté aprobado; entonces empieza allí otra vez.',
    goOn: 'Continuar',
  },
  phone: {
    sent: (number) => <>Hemos enviado un código a {number}. Vale durante 10 minutos.</>,
    code: 'Código',
    verify: 'Verificar',
    another: 'Otro número, o no llegó ningún mensaje',
    number: 'Número de teléfono',
    numberHint: 'Con el prefijo del país, como +34 612 34 56 78.',
    send: 'Enviarme un código',
    sendNew: 'Enviar un código nuevo',
  },
  signOut: {
    title: '¿Cerrar la sesión?',
    lead: (name) =>
      `Tienes una sesión abierta en ${name}. ¿Quieres cerrarla para todas las aplicaciones de este navegador?`,
    yes: 'Sí, cerrar sesión',
    no: 'No, mantenerla',
    done: 'Sesión cerrada',
    goOn: 'Un momento',
    goOnLead: 'Haz clic para seguir si no pasa nada por sí solo.',
  },
  device: {
    title: 'Conectar un dispositivo',
    lead: 'Tu dispositivo muestra un código. Escríbelo aquí.',
    code: 'Código',
    submit: 'Continuar',
    wrong: 'Este código no sirve. Míralo otra vez o empieza de nuevo en el dispositivo.',
    missing: 'Escribe el código.',
    isItYours: '¿Es este tu dispositivo?',
    wantsToSignIn: (name) => (
      <>
        {name} quiere iniciar sesión en tu nombre desde un dispositivo. Sigue solo si el dispositivo que tienes delante
        muestra este código:
      </>
    ),
    yes: 'Sí, continuar',
    no: 'No',
    connected: 'Dispositivo conectado',
    goBack: 'Ya puedes volver a tu dispositivo.',
  },
  error: {
    title: 'Esta solicitud no puede continuar',
    lead: 'Vuelve a la aplicación que te envió aquí y empieza otra vez. A sus autores les puede servir este código:',
  },
};
