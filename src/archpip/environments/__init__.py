"""Environments: installed trees and shipped bundles, audited by the same rules as wheels."""
