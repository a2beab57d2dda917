import type { Texts } from '../english/english.js';

export const trySignIn: Texts['consoleSettings']['trySignIn'] = {
  title: (name) => `Probar el inicio de sesión de ${name}`,
  lead: 'Una solicitud de autorización con PKCE, como la haría la aplicación. El estado y el verificador son nuevos cada vez que se abre esta página.',
  choose: 'Qué pedir',
  redirectUri: 'Volver a',
  scopes: 'Permisos (scopes), separados por espacios',
  update: 'Crear otra solicitud',
  open: 'Abrir la página de inicio de sesión',
  address: 'La dirección que se abre',
  returns: (host) => (
    <>
      Después el navegador va a {host} con <code>code</code>, <code>state</code> e <code>iss</code> en la dirección. Si
      la aplicación escucha allí, ve una solicitud que no hizo ella y la rechaza. Si nadie escucha allí, el navegador lo
      dice: copia el código de la barra de direcciones.
    </>
  ),
  state: 'Estado (state)',
  verifier: 'Verificador (code_verifier)',
  verifierHint: 'Corresponde al reto que va en la dirección; el código solo se puede canjear con él.',
  exchange: 'Canjear el código',
  exchangeLead: 'Pon el código antes de que pase un minuto; vale una sola vez.',
  withSecret: 'Pon también el secreto de la aplicación.',
  credentials: 'Un token en su propio nombre',
  credentialsLead: 'Credenciales de cliente: no se pregunta a ninguna persona.',
  device: 'Un dispositivo sin navegador',
  deviceLead: 'La respuesta contiene un código y la página donde escribirlo.',
  none: 'Esta aplicación no tiene dirección de retorno o no usa el inicio de sesión en el navegador. No hay nada que abrir.',
  notItsOwn: 'Esa dirección no es de esta aplicación; aquí está la primera de las suyas.',
};
