/** Web APIs whose answers come in pages. */
package io.beamhouse.io.http;
