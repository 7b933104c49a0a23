//! A mock of both clouds.
