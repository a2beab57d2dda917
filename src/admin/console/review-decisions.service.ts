import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { Principal } from '../../common/principal.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { DocumentReviewsService } from '../../documents/document-reviews.service.js';
import { DocumentsService } from '../../documents/documents.service.js';
import { ProfileReviewService } from '../../profiles/profile-review.service.js';
import { ReviewClaims } from './review-claims.service.js';

export interface PageDecision {
  state: 'approved' | 'rejected';
  reason?: string | undefined;
  /** `updated_at` of the profile that was on the page. */
  seen?: Date | undefined;
  /** Ids of the documents that were on the page. */
  documents: readonly string[];
}

/** What reviewers decide on a page of the console. */
@Injectable()
export class ReviewDecisions {
  constructor(
    private readonly accounts: AccountsService,
    private readonly profiles: ProfileReviewService,
    private readonly documents: DocumentsService,
    private readonly documentReviews: DocumentReviewsService,
    private readonly claims: ReviewClaims,
  ) {}

  /**
   * Decides about a profile. With it go the documents that were seen, could be opened and still wait, if it is approved;
   * a rejection says nothing about them.
   * @returns whether it was waiting, so that the next one is on
   * @throws AppError 409 while another reviewer has it, and what ProfileReviewService.decide throws
   */
  async decide(staff: Principal, uid: string, decision: PageDecision, origin: RequestOrigin): Promise<boolean> {
    const { state: before } = await this.profiles.get(uid);
    await this.claims.take(staff, uid);
    const { state, reason, seen } = decision;
    await this.profiles.decide(staff, uid, { state, reason, seen }, origin);
    if (state === 'approved') await this.approveDocuments(staff, uid, decision.documents, origin);
    await this.claims.release(staff, uid);
    return before === 'pending';
  }

  private async approveDocuments(
    staff: Principal,
    uid: string,
    seen: readonly string[],
    origin: RequestOrigin,
  ): Promise<void> {
    const { id } = await this.accounts.getByUid(uid);
    const waiting = (await this.documents.listOf(id)).filter(
      (document) => seen.includes(document.id) && document.state === 'pending' && document.scanState === 'clean',
    );
    for (const document of waiting) await this.documentReviews.decide(staff, document.id, 'approved', origin);
  }
}
