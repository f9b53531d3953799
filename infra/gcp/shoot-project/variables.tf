variable "project" {
  description = "GCP project that shoots live in: their network, subnets, routes and instances."
  type        = string
  nullable    = false
}

variable "accounts" {
  description = "IAM members (`serviceAccount:…`) of the functions, by the function's name."
  type        = map(string)
  nullable    = false
}
