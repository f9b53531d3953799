# What has to be said: three variables. All others have a default that fits most (variables-optional.tf).

variable "project" {
  description = "ID of the GCP project that functions, topics and Firestore live in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project's ID (6 to 30 lower-case letters, digits and hyphens), not its number or title."
  }
}

variable "region" {
  description = "Region of the functions, e.g. europe-west1. Best the one in which most shoots are."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be a region such as europe-west1, not a zone or a multi-region."
  }
}

variable "operators" {
  description = "Who may publish by hand: emergency nudges, pause, resume, abort. IAM members such as group:network-operators@example.com."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.operators) > 0
    error_message = "operators must name at least one: somebody has to be able to pause a migration."
  }

  validation {
    condition     = alltrue([for member in var.operators : can(regex("^(user|group|serviceAccount|principal|principalSet):", member))])
    error_message = "operators must be users, groups, service accounts or principals, each with its prefix; never allUsers or a whole domain."
  }
}
