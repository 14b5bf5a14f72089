@NullMarked
package dev.molstream.service;

import org.jspecify.annotations.NullMarked;
