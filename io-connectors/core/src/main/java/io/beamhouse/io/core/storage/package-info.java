/** Access to files in every kind of store. */
package io.beamhouse.io.core.storage;
