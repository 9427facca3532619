import fc from "fast-check";

// Without it fast-check makes arrays of ten elements at most, whatever a property's `maxLength` says.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });
