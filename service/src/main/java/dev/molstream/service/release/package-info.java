/**
 * Models on their way to the services: releases on {@code models}, bundles on {@code
 * model-bundles}. {@link dev.molstream.service.release.ReleaseWriter} writes them, {@link
 * dev.molstream.service.release.ModelFollower} is how a service follows them, on a thread of its
 * own. What a bundle holds is not known here, only its files and their digests.
 */
@NullMarked
package dev.molstream.service.release;

import org.jspecify.annotations.NullMarked;
