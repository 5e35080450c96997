import {
  listOf,
  mapOf,
  named,
  objectOf,
  TEXT,
  TEXT_OR_NULL,
  withExample,
} from '../openapi/schemas.js';

/** Schema of the answer of `PUT /api/profiles/active`. */
export const ACTIVE_PROFILE_SCHEMA = named('ActiveProfile', objectOf({ active: TEXT_OR_NULL }));

/** Schema of the request of `PUT /api/profiles/active`. */
export const PROFILE_CHOICE_SCHEMA = named(
  'ProfileChoice',
  withExample(objectOf({ name: TEXT_OR_NULL }), { name: 'coding' }),
);

/** Schema of `GET /api/profiles`. */
export const PROFILES_SCHEMA = named(
  'Profiles',
  objectOf({
    active: TEXT_OR_NULL,
    profiles: listOf(
      named('Profile', objectOf({ id: TEXT, description: TEXT, pins: mapOf(TEXT) })),
    ),
  }),
);
