import { Injectable } from '@nestjs/common';
import { DocumentsService, type ReviewedDocument } from '../../documents/documents.service.js';
import type { ProfileRow } from '../../profiles/profile-row.js';
import { ProfilesService } from '../../profiles/profiles.service.js';

/** What a person has to do for their identity: something, wait for the review, or nothing any more. */
export type IdentityNeed = 'profile' | 'correction' | 'document' | 'otherDocument' | 'review' | 'nothing';

export interface IdentityStanding {
  profile: ProfileRow | null;
  /** Newest first. */
  documents: ReviewedDocument[];
  need: IdentityNeed;
}

/** How far somebody's identity has come, for their own eyes. */
@Injectable()
export class IdentityStandings {
  constructor(
    private readonly profiles: ProfilesService,
    private readonly documents: DocumentsService,
  ) {}

  async of(accountId: string): Promise<IdentityStanding> {
    const [profile, documents] = await Promise.all([this.profiles.findOf(accountId), this.documents.listOf(accountId)]);
    return { profile, documents, need: needOf(profile, documents) };
  }
}

function needOf(profile: ProfileRow | null, documents: ReviewedDocument[]): IdentityNeed {
  if (!profile) return 'profile';
  if (profile.state === 'approved') return 'nothing';
  if (profile.state === 'rejected') return 'correction';
  if (documents.some(isOfUse)) return 'review';
  return documents.length === 0 ? 'document' : 'otherDocument';
}

const isOfUse = ({ state, scanState }: ReviewedDocument): boolean => state !== 'rejected' && scanState !== 'infected';
