import type { Texts } from '../english/english.js';

export const navigation: Texts['navigation'] = {
  account: {
    area: 'Mi cuenta',
    overview: 'Resumen',
    identity: 'Identidad',
    phone: 'Teléfono',
    security: 'Seguridad',
    sessions: 'Sesiones',
    applications: 'Aplicaciones',
    activity: 'Actividad',
    settings: 'Ajustes',
    console: 'Consola',
  },
  console: {
    area: 'Consola',
    dashboard: 'Panel',
    accounts: 'Cuentas',
    reviews: 'Verificaciones',
    applications: 'Aplicaciones',
    websites: 'Sitios web',
    webhooks: 'Webhooks',
    audit: 'Registro de auditoría',
    messages: 'Mensajes',
    keys: 'Claves de firma',
  },
};
