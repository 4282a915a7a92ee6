const PACKAGE = 'package cache\n\n'

/** A package for the recipe of `go test`: a cache of bounded keys, and one that grows with every call. */
export const CACHES = {
  base: `${PACKAGE}var kept = map[string][]byte{}\n\nfunc Get(key string) []byte {\n\tif kept[key] == nil {\n\t\tkept[key] = make([]byte, 256)\n\t}\n\treturn kept[key]\n}\n`,
  head: `${PACKAGE}var kept = map[string][][]byte{}\n\nfunc Get(key string) []byte {\n\tkept[key] = append(kept[key], make([]byte, 256))\n\treturn kept[key][0]\n}\n`,
} as const
