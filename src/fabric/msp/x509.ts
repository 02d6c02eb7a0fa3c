/*
 * @peculiar/x509, the X.509 library of src/fabric. It injects its algorithms through decorators, whose metadata needs
 * this polyfill to be there first.
 */
import 'reflect-metadata';

export * from '@peculiar/x509';
