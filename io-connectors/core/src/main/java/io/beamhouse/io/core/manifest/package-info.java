/** Files that become visible all at once, by manifest. */
package io.beamhouse.io.core.manifest;
