/** Every SMS this server writes: the name of the service and what was asked for, nothing that a user wrote (CONTROLS C-57). */
export const SMS_TEXTS = {
  phoneCode: (app: string, code: string): string =>
    `${app}: your verification code is ${code}. It is good for 10 minutes. Do not tell it to anyone.`,
};
