import { AppError } from '../common/app-error.js';

export const OAuthErrors = {
  interactionOver: () =>
    new AppError(
      400,
      'interaction.over',
      'This sign-in has ended or was begun in another browser. Go back to the application and start again.',
    ),
};
