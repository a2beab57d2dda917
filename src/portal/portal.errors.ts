import { AppError } from '../common/app-error.js';

export const PortalErrors = {
  crossSite: () => new AppError(403, 'page.cross_site', 'This form was sent from another site'),
};
