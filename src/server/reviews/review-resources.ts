// All resources that are asked and not stored.
import { reviewLocalSubjectAccess, reviewSelfAccess, reviewSubjectAccess } from './access-review.ts';
import { reviewSubject, reviewToken } from './identity-review.ts';
import { reviewResource, type ReviewResource } from './review.ts';
import { reviewRules } from './rules-review.ts';

const AUTHENTICATION = 'authentication.k8s.io';
const AUTHORIZATION = 'authorization.k8s.io';

export const reviewResources: readonly ReviewResource[] = [
  reviewResource(AUTHENTICATION, 'SelfSubjectReview', false, reviewSubject),
  reviewResource(AUTHENTICATION, 'TokenReview', false, reviewToken),
  reviewResource(AUTHORIZATION, 'LocalSubjectAccessReview', true, reviewLocalSubjectAccess),
  reviewResource(AUTHORIZATION, 'SelfSubjectAccessReview', false, reviewSelfAccess),
  reviewResource(AUTHORIZATION, 'SelfSubjectRulesReview', false, reviewRules),
  reviewResource(AUTHORIZATION, 'SubjectAccessReview', false, reviewSubjectAccess),
];
